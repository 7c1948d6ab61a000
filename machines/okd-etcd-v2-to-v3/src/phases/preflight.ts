import { StepRefused, type JsonObject, type Phase } from '@pawl/engine';
import { readStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { allHosts, type OkdChoices } from '../choices';
import { asFacts } from '../facts';
import { refusals } from '../finding';
import { judge } from '../judge/judge';
import { etcdHosts, masters } from '../hosts-of';
import { lookAtCluster } from '../preflight/look-at-cluster';
import { lookAtEtcdHost } from '../preflight/look-at-etcd-host';
import { lookAtFence } from '../preflight/look-at-fence';
import { lookAtMachine } from '../preflight/look-at-machine';
import { lookAtMaster } from '../preflight/look-at-master';

/** Everything that can be known before touching anything. `check` and `plan` run these very steps. */
export const preflight: Phase<OkdChoices, ReadHands, WorkHands> = {
  name: 'preflight',
  title: 'Look at everything, change nothing',
  wayBack: 'Nothing was changed.',
  steps: [
    readStep<OkdChoices>({
      name: 'fences',
      title: 'Whose are these hosts?',
      targets: ({ choices }) => allHosts(choices).map((h) => h.name),
      verify: 'no other run holds a host',
      deadlineMs: 60_000,
      describe: () => ['# is there a fence at /var/lib/pawl/fence?'],
      run: async ({ run, hands, target }) => asFacts(await lookAtFence(hands, target, run)),
    }),
    readStep<OkdChoices>({
      name: 'machines',
      title: 'Is each name a machine of its own?',
      targets: ({ choices }) => allHosts(choices).map((h) => h.name),
      verify: 'no machine answers under two names, and the controller’s own host is the one that is meant',
      deadlineMs: 60_000,
      describe: () => ['# which machine is this? On the controller’s own also: which addresses has it?'],
      run: async ({ choices, hands, target }) =>
        asFacts(await lookAtMachine(hands.on(target), isLocal(choices, target))),
    }),
    readStep<OkdChoices>({
      name: 'etcd-hosts',
      title: 'How each etcd host is set up, and what room it has',
      targets: etcdHosts,
      verify: 'unit, directories, certificates, versions, disk and memory of each etcd host are known',
      deadlineMs: 120_000,
      describe: () => [
        '# unit and environment of etcd, its versions, disk, memory, v3 contents of this member',
      ],
      run: async ({ hands, target }) => asFacts(await lookAtEtcdHost(hands.on(target))),
    }),
    readStep<OkdChoices>({
      name: 'masters',
      title: 'Which units and configuration each master has',
      targets: masters,
      verify: 'units, configuration and storage backend of each master are known',
      deadlineMs: 120_000,
      describe: () => ['# master units, their configuration and version'],
      run: async ({ hands, target }) => asFacts(await lookAtMaster(hands.on(target))),
    }),
    readStep<OkdChoices>({
      name: 'cluster',
      title: 'Members, health, alarms, and how much data v2 holds',
      verify: 'members, their health and the size of the v2 data are known',
      deadlineMs: 600_000,
      describe: () => ['# member list, cluster-health line by line, alarms, every v2 key with its size'],
      run: async (task) => asFacts(await lookAtCluster(task)),
    }),
    readStep<OkdChoices>({
      name: 'verdict',
      title: 'Does anything stand in the way?',
      verify: 'no check refuses',
      deadlineMs: 10_000,
      describe: () => ['# every finding at once'],
      run: ({ choices, facts }) => Promise.resolve(refuseOrGoOn(choices, judge(choices, facts))),
    }),
  ],
};

const isLocal = (choices: OkdChoices, name: string): boolean =>
  allHosts(choices).some((host) => host.name === name && host.connection === 'local');

function refuseOrGoOn(choices: OkdChoices, findings: ReturnType<typeof judge>): JsonObject {
  const against = refusals(findings);
  const [first] = against;
  if (first === undefined) return { findings };
  throw new StepRefused(
    first.code,
    against.map((f) => (f.host === null ? f.message : `${f.host}: ${f.message}`)).join('\n'),
    {
      hint: against.map((f) => f.hint ?? '').join('\n'),
      facts: { findings: against, cluster: choices.clusterName },
    },
  );
}
