import { defineMachine, type Machine } from '@pawl/engine';
import type { ReadHands, WorkHands } from '@pawl/fleet';
import {
  checkDead,
  configureSteps,
  etcdDown,
  fencesClosed,
  filesBack,
  forceGone,
  mastersBack,
  mastersDown,
  originalsBack,
} from '@pawl/steps-etcd';
import { breakGlass } from './break-glass';
import { checkChoices, type OkdChoices } from './choices';
import { checkRemove, cleanup } from './cleanup';
import { deadline } from './deadline';
import { loss } from './loss';
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
import { etcdBack } from './rollback/etcd-back';
import { v2Equal } from './rollback/v2-equal';
import { WHY } from './why';

/**
 * The OKD 3.6 etcd v2 → v3 migration. Reads as the procedure: the published one's eight steps, and what failures on record
 * added to it. The way back has a barrier over all hosts after each step: an original member never runs beside a forced one.
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
    mastersDown(breakGlass, WHY.masters),
    etcdDown(WHY.etcd),
    forceGone,
    originalsBack('set-aside/originals'),
    filesBack(['reconfigure-masters/edit', ...configureSteps('scale-up')]),
    etcdBack,
    v2Equal,
    mastersBack({
      title: 'Release and start the masters, on v2',
      hint: 'etcd holds v2 again. Look at the unit’s journal (journalctl -u on that host); resume tries again.',
    }),
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
