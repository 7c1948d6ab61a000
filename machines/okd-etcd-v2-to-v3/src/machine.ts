import { defineMachine, type Machine } from '@pawl/engine';
import type { ReadHands, WorkHands } from '@pawl/fleet';
import { checkChoices, type OkdChoices } from './choices';
import { backUp } from './phases/back-up';
import { converge } from './phases/converge';
import { finish } from './phases/finish';
import { migrate } from './phases/migrate';
import { preflight } from './phases/preflight';
import { prepare } from './phases/prepare';
import { reAttachTtls } from './phases/re-attach-ttls';
import { reForm } from './phases/re-form';
import { reconfigureMasters } from './phases/reconfigure-masters';
import { scaleUp } from './phases/scale-up';
import { setAside } from './phases/set-aside';
import { startMasters } from './phases/start-masters';
import { stopEtcd } from './phases/stop-etcd';
import { stopMasters } from './phases/stop-masters';
import { verifyV3 } from './phases/verify-v3';
import { checkDead } from './check-dead';
import { checkRemove } from './cleanup/check-remove';
import { cleanup } from './cleanup/cleanup';
import { deadline } from './deadline';
import { loss } from './loss';
import { etcdBack } from './rollback/etcd-back';
import { etcdDown } from './rollback/etcd-down';
import { fencesClosed } from './rollback/fences-closed';
import { filesBack } from './rollback/files-back';
import { forceGone } from './rollback/force-gone';
import { mastersBack } from './rollback/masters-back';
import { mastersDown } from './rollback/masters-down';
import { originalsBack } from './rollback/originals-back';
import { v2Equal } from './rollback/v2-equal';

/**
 * The OKD 3.6 etcd v2 → v3 migration. Reads as the procedure: the published one's eight steps, and what failures on record
 * added to it. The way back has a barrier over all hosts after each phase: an original member never runs beside a forced one.
 */
export const okdEtcdV2ToV3: Machine<OkdChoices, ReadHands, WorkHands> = defineMachine<
  OkdChoices,
  ReadHands,
  WorkHands
>({
  id: 'okd-etcd-v2-to-v3',
  version: '0.1.0',
  title: 'OKD 3.6: migrate etcd data from v2 to v3',
  checkChoices,
  phases: [
    preflight,
    prepare,
    stopMasters,
    converge,
    stopEtcd,
    backUp,
    setAside,
    migrate,
    reForm,
    verifyV3,
    scaleUp,
    reAttachTtls,
    reconfigureMasters,
    startMasters,
    finish,
  ],
  rollback: [
    mastersDown,
    etcdDown,
    forceGone,
    originalsBack,
    filesBack,
    etcdBack,
    v2Equal,
    mastersBack,
    fencesClosed,
  ],
  cleanup,
  pointOfNoReturn: ({ choices }) =>
    `After the first master of ${choices.clusterName} has been started on v3, going back to v2 loses everything written since.`,
  loss,
  checkDead,
  checkRemove,
  onFailure: ({ onFailure }) => onFailure,
  deadline,
});
