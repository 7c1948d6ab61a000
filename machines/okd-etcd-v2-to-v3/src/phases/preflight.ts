import type { Phase } from '@pawl/engine';
import { readStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { editForV3 } from '@pawl/okd';
import { asFacts, etcdHosts, fencesStep, machinesStep, mastersStep, verdictStep } from '@pawl/steps-etcd';
import type { OkdChoices } from '../choices';
import { judge } from '../judge/judge';
import { lookAtCluster } from '../preflight/look-at-cluster';
import { lookAtEtcdHost } from '../preflight/look-at-etcd-host';

/** Everything that can be known before touching anything. `check` and `plan` run these very steps. */
export const preflight: Phase<OkdChoices, ReadHands, WorkHands> = {
  name: 'preflight',
  title: 'Look at everything, change nothing',
  wayBack: 'Nothing was changed.',
  steps: [
    fencesStep(),
    machinesStep(),
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
    mastersStep(editForV3),
    readStep<OkdChoices>({
      name: 'cluster',
      title: 'Members, health, alarms, and how much data v2 holds',
      verify: 'members, their health and the size of the v2 data are known',
      deadlineMs: 600_000,
      describe: () => ['# member list, cluster-health line by line, alarms, every v2 key with its size'],
      run: async (task) => asFacts(await lookAtCluster(task)),
    }),
    verdictStep(judge),
  ],
};
