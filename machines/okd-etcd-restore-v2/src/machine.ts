import { defineMachine, type Machine } from '@pawl/engine';
import type { ReadHands, WorkHands } from '@pawl/fleet';
import {
  checkDead,
  configureSteps,
  etcdDown,
  fencesClosed,
  filesBack,
  firstEtcdHost,
  forceGone,
  lives,
  mastersBack,
  mastersDown,
  originalsBack,
  scratchGone,
} from '@pawl/steps-etcd';
import { breakGlass } from './break-glass';
import { checkChoices, type RestoreChoices } from './choices';
import { checkRemove, cleanup } from './cleanup';
import { serving } from './facts';
import { loss } from './loss';
import { finish } from './phases/finish';
import { preflight } from './phases/preflight';
import { prepare } from './phases/prepare';
import { putInPlace } from './phases/put-in-place';
import { reForm } from './phases/re-form';
import { reconfigureMasters } from './phases/reconfigure-masters';
import { rehearse } from './phases/rehearse';
import { scaleUp } from './phases/scale-up';
import { setAside } from './phases/set-aside';
import { startMasters } from './phases/start-masters';
import { stopEtcd } from './phases/stop-etcd';
import { stopMasters } from './phases/stop-masters';
import { verifyV2 } from './phases/verify-v2';
import { etcdBack } from './rollback/etcd-back';
import { WHY } from './why';

/**
 * Back to v2 from a backup: for a cluster whose migration finished long ago, whose originals are gone, or which a failed
 * playbook has left behind. Reads as the published recovery does, with the backup proven before anything is stopped, and what
 * stands there kept.
 */
export const okdEtcdRestoreV2: Machine<RestoreChoices, ReadHands, WorkHands> = defineMachine<
  RestoreChoices,
  ReadHands,
  WorkHands
>({
  id: 'okd-etcd-restore-v2',
  version: '0.1.0',
  title: 'OKD 3.6: restore etcd v2 from a backup',
  checkChoices,
  phases: [
    preflight,
    prepare,
    rehearse,
    stopMasters,
    stopEtcd,
    setAside,
    putInPlace,
    reForm,
    verifyV2,
    scaleUp,
    reconfigureMasters,
    startMasters,
    finish,
  ],
  rollback: [
    mastersDown(breakGlass, WHY.masters),
    etcdDown(WHY.etcd),
    forceGone,
    originalsBack('set-aside/present', { mayBeAbsent: true }),
    filesBack(['reconfigure-masters/edit', ...configureSteps('scale-up')]),
    etcdBack,
    mastersBack({
      title: 'Release the masters, and start those that ran',
      hint: 'What stood there before is in its place again. Look at the unit’s journal (journalctl -u on that host); resume tries again.',
      served: (scope, master) => serving(scope, master),
    }),
    scratchGone((scope) => [firstEtcdHost(scope)].filter(lives(scope))),
    fencesClosed,
  ],
  cleanup,
  pointOfNoReturn: ({ choices }) =>
    `What was written since the backup is lost to ${choices.clusterName}. After its first master has been started on v2, going back to the data of before loses what is written to v2 from then on.`,
  loss,
  // Back to what stood there before: hosts that were gone by then count, too.
  checkDead: (choices, dead) => checkDead(choices, dead, choices.membersBefore),
  checkRemove,
});
