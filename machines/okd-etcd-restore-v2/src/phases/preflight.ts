import type { Phase } from '@pawl/engine';
import { readStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { apiReady, editForV2 } from '@pawl/okd';
import {
  asFacts,
  backupStep,
  etcdHosts,
  fencesStep,
  machinesStep,
  masterFacts,
  masters,
  mastersStep,
  verdictStep,
} from '@pawl/steps-etcd';
import { backups } from '../backups';
import type { RestoreChoices } from '../choices';
import { judge } from '../judge/judge';
import { lookAtCost } from '../preflight/look-at-cost';
import { lookAtEtcdHost } from '../preflight/look-at-etcd-host';

/** Everything that can be known before touching anything; nothing of the cluster need be up. */
export const preflight: Phase<RestoreChoices, ReadHands, WorkHands> = {
  name: 'preflight',
  title: 'Look at everything, change nothing',
  wayBack: 'Nothing was changed.',
  steps: [
    fencesStep(),
    machinesStep(),
    readStep<RestoreChoices>({
      name: 'etcd-hosts',
      title: 'How each etcd host is set up, whether etcd answers there, and what room it has',
      targets: etcdHosts,
      verify: 'unit, directories, certificates, versions and disk of each etcd host are known',
      deadlineMs: 120_000,
      describe: () => ['# unit and environment of etcd, its version, disk; does it answer?'],
      run: async ({ hands, target }) => asFacts(await lookAtEtcdHost(hands.on(target))),
    }),
    mastersStep(editForV2),
    readStep<RestoreChoices>({
      name: 'serving',
      title: 'Which masters serve now',
      targets: masters,
      verify: 'it is known of each master whether it answers ready',
      deadlineMs: 60_000,
      describe: () => ['# /healthz/ready of each master'],
      run: async ({ hands, facts, target }) => {
        const { config } = masterFacts({ facts }, target);
        return { ready: config !== null && (await apiReady(hands.on(target), config)).ready };
      },
    }),
    backupStep(backups),
    readStep<RestoreChoices>({
      name: 'cost',
      title: 'What was written since',
      verify: 'as far as a member answers, how much is lost is known',
      deadlineMs: 900_000,
      describe: () => [
        '# how many keys v2 and v3 hold now, and how many of them are younger than the backup',
      ],
      run: async (task) => asFacts(await lookAtCost(task)),
    }),
    verdictStep(judge),
  ],
};
