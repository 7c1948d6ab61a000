import { pause } from '../commands/pause';
import { resume, type ResumeFlags } from '../commands/resume';
import { rollback, type RollbackFlags } from '../commands/rollback';
import type { CommonFlags } from '../context';
import { collectNames, type VerbBuilder } from '../verb-builder';

/** Of a run that there is: forward, back, and stop. */
export function addVerbsDuring({ verb, driven, restoring, found }: VerbBuilder): void {
  driven(
    verb('resume', 'Go on with a run that was paused, crashed, or is in doubt.', [
      'pawl resume',
      'pawl resume okd-20261124-1',
      'pawl resume okd-20261124-1 --decide ask-again --reason "etcd1 is back"',
      'pawl resume okd-20261124-1 --take-over',
      'pawl resume --from-hosts -i hosts.ini',
    ]),
  )
    .argument('[run]', 'may be left out where only one run is unfinished')
    .option(
      '-i, --inventory <file>',
      'compare the hosts with this inventory (default: the one it was made from)',
    )
    .option('--pause-before <phase>', 'pause before this phase')
    .option('--decide <choice>', 'answer a run in doubt; see `pawl status`')
    .option('--reason <text>', 'why; goes into the journal')
    .option('--take-over', 'take the run from an owner who is alive or on another machine')
    .option(
      '--from-hosts',
      'its database is lost: rebuild the run from what its hosts keep of it; goes no step',
    )
    .action((named: string | undefined, flags: CommonFlags & ResumeFlags) =>
      found({ flags, perform: (context) => resume(context, named, flags) }),
    );

  restoring(
    driven(
      verb('rollback', 'Take a run back to where it started. Shows the way back first, and asks.', [
        'pawl rollback',
        'pawl rollback okd-20261124-1 --reason "users complain" --yes',
        'pawl rollback okd-20261124-1 --host-dead etcd3 --reason "its disk is gone"',
        'pawl rollback okd-20261124-1 --accept-data-loss openshift.example.com',
        'pawl rollback --from etcd1:/backup/etcd-20261101 -i hosts.ini',
      ]),
    ),
  )
    .argument('[run]', 'may be left out where only one run is unfinished, and with --from')
    .option(
      '-i, --inventory <file>',
      'with --from: Ansible inventory (default: that of the run, else /etc/ansible/hosts); else compared with what the run was made from',
    )
    .option('--pause-before <phase>', 'with --from: pause before this phase')
    .option('--reason <text>', 'why; goes into the journal')
    .option(
      '--host-dead <name>',
      'a host that will not come back: it is left as it is; what becomes of it is said (repeatable; wants --reason)',
      collectNames,
    )
    .option('--accept-data-loss <name>', 'past the point of no return, and by a backup: lose what was shown')
    .option('--take-over', 'take the run from an owner who is alive or on another machine')
    .option('-y, --yes', "don't ask (never enough for a loss)")
    .action((named: string | undefined, flags: CommonFlags & RollbackFlags) =>
      found({ flags, perform: (context) => rollback(context, named, flags) }),
    );

  verb('pause', 'Ask a run to pause at its next safe point.', ['pawl pause', 'pawl pause okd-20261124-1'])
    .argument('[run]', 'may be left out where only one run is unfinished')
    .action((named: string | undefined, flags: CommonFlags) =>
      found({ flags, perform: (context) => pause(context, named) }),
    );
}
