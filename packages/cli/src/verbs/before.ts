import { check, type CheckFlags } from '../commands/check';
import { plan, type PlanFlags } from '../commands/plan';
import { run, type RunFlags } from '../commands/run';
import type { CommonFlags } from '../context';
import { collectNames, type VerbBuilder } from '../verb-builder';

/** Before a run, and its beginning. */
export function addVerbsBefore({ verb, inventory, chosen, driven, restoring, found }: VerbBuilder): void {
  driven(
    inventory(
      verb('check', 'Look at everything that can be known before touching. Changes nothing.', [
        'pawl check -i hosts.ini',
        'pawl check -i hosts.ini --json',
        'pawl check --backups okd-20261124-1',
        'pawl check --backups etcd1:/backup/etcd-20261101 -i hosts.ini',
      ]),
    ),
    'with --backups: ',
  )
    .option(
      '--backups <what>',
      'prove that the backups of this run, or those in [host:]dir (repeatable), restore: a copy of each is started beside what runs, compared, and removed',
      collectNames,
    )
    .action((flags: CommonFlags & CheckFlags) =>
      found({ flags, perform: (context) => check(context, flags) }),
    );

  restoring(
    chosen(
      inventory(
        verb('plan', 'Show every command and file edit of a run, in order, per host. Changes nothing.', [
          'pawl plan -i hosts.ini',
          'pawl plan -i hosts.ini --json | jq .plan.pointOfNoReturn',
          'pawl plan --rollback okd-20261124-1',
          'pawl plan --rollback okd-20261124-1 --script',
          'pawl plan --rollback --from etcd1:/backup/etcd-20261101 -i hosts.ini',
        ]),
      ),
    ),
  )
    .option('--host-dead <name>', 'with --from: a host that is gone for good (repeatable)', collectNames)
    .option('--reason <text>', 'with --host-dead: why')
    .argument('[run]', 'with --rollback: of this run; with -i instead: of one that is yet to be made')
    .option('--rollback', 'show the way back, from where the run stands')
    .option('--script', 'with --rollback: how to go back by hand, without Pawl')
    .action((named: string | undefined, flags: CommonFlags & PlanFlags) =>
      found({ flags, perform: (context) => plan(context, named, flags) }),
    );

  driven(
    chosen(
      inventory(
        verb('run', 'Check, plan, ask for consent, then do it.', [
          'pawl run -i hosts.ini',
          'pawl run -i hosts.ini --accept-point-of-no-return openshift.example.com --events',
          'pawl run -i hosts.ini --pause-before start-masters',
          'pawl run -i hosts.ini --on-failure rollback --max-outage 30m --on-event /usr/local/bin/tell',
        ]),
      ),
    ),
  )
    .option('--accept-point-of-no-return <name>', 'consent by name instead of typing it')
    .option('-y, --yes', "don't ask (never enough for the point of no return)")
    .action((flags: CommonFlags & RunFlags) => found({ flags, perform: (context) => run(context, flags) }));
}
