import { defineMachine, type Machine, type Scope } from '@pawl/engine';
import { readStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import {
  asFacts,
  backupStep,
  closeFences,
  etcdHosts,
  fencesClosed,
  fencesStep,
  livingEtcdHosts,
  lookAtEtcdSetup,
  machinesStep,
  plantFences,
  rehearsal,
  scratchGone,
  stillAsSeen,
  verdictStep,
} from '@pawl/steps-etcd';
import { backups } from './backups';
import { breakGlass } from './break-glass';
import { checkChoices, type CheckBackupChoices } from './choices';
import { judge } from './judge';

/** Starts each backup beside whatever runs there, reads it, and takes everything away again. Nothing of the cluster is touched. */
export const okdEtcdCheckBackup: Machine<CheckBackupChoices, ReadHands, WorkHands> = defineMachine<
  CheckBackupChoices,
  ReadHands,
  WorkHands
>({
  id: 'okd-etcd-check-backup',
  version: '0.1.0',
  title: 'OKD 3.6: prove that backups of etcd v2 restore',
  checkChoices,
  phases: [
    {
      name: 'preflight',
      title: 'Look at everything, change nothing',
      wayBack: 'Nothing was changed.',
      steps: [
        fencesStep(),
        machinesStep(),
        readStep<CheckBackupChoices>({
          name: 'etcd-hosts',
          title: 'How each etcd host is set up, and what room it has',
          targets: etcdHosts,
          verify: 'unit, directories, versions, disk and memory of each etcd host are known',
          deadlineMs: 120_000,
          describe: () => ['# unit and environment of etcd, its version, disk and memory'],
          run: async ({ hands, target }) => asFacts(await lookAtEtcdSetup(hands.on(target))),
        }),
        backupStep(backups),
        verdictStep(judge),
      ],
    },
    {
      name: 'prepare',
      title: 'Take the hosts',
      wayBack: 'The fences are closed.',
      rollbackAt: 'fences-closed',
      steps: [plantFences('fences-closed/close-fences', breakGlass, stillAsSeen)],
    },
    {
      name: 'rehearse',
      title: 'Start each backup beside whatever runs, read it, take it away',
      wayBack: 'The scratch copies are removed.',
      rollbackAt: 'scratch-gone',
      steps: rehearsal(backups, ({ manifestDigest }) => manifestDigest),
    },
    {
      name: 'finish',
      title: 'Let the hosts go',
      wayBack: 'Nothing is left to take back.',
      rollbackAt: 'scratch-gone',
      steps: [closeFences(() => 'completed')],
    },
  ],
  rollback: [scratchGone((scope: Scope<CheckBackupChoices>) => livingEtcdHosts(scope)), fencesClosed],
});
