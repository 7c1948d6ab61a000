import { cellsNamed, controllerKilled, ONE, worldBreaks } from './cells';
import { tellCells } from './tell-cells';

/** Of the whole matrix (`npm run test:crash`) those that would hurt most: the step before each line that must not be crossed twice. */
const TWENTY = [
  '1+1 stop-masters/stop-and-hold@master1 host-crashed rollback',
  '1+1 stop-masters/stop-and-hold@master1 job-running rollback',
  '1+1 set-aside/originals@etcd1 host-crashed rollback',
  '1+1 set-aside/originals@etcd1 command-killed rollback',
  '1+1 set-aside/copy@etcd1 job-running rollback',
  '1+1 set-aside/copy@etcd1 host-crashed resume',
  '1+1 migrate/run-migrate@etcd1 before-intent resume',
  '1+1 migrate/run-migrate@etcd1 job-running resume',
  '1+1 migrate/run-migrate@etcd1 job-done rollback',
  '1+1 migrate/promote@etcd1 command-killed resume',
  '1+1 re-form/start-forced@etcd1 host-crashed resume',
  '1+1 re-form/end-forced@etcd1 job-running rollback',
  '1+1 re-attach-ttls/attach@etcd1 command-killed resume',
  '1+1 start-masters/release-and-start@master1 before-intent rollback',
  '1+1 start-masters/release-and-start@master1 job-running resume',
  '1+1 start-masters/release-and-start@master1 host-crashed rollback',
  '1+1 etcd-down/stop-and-hold@etcd1 job-running resume',
  '1+1 originals-back/rename-back@etcd1 host-crashed resume',
  '1+1 etcd-back/release-and-start@etcd1 network-cut resume',
  '1+1 masters-back/release-and-start@master1 job-done resume',
];

tellCells('twenty of the crash matrix', {
  lab: { ...ONE, name: 'crash-20', etcdElectionMs: 500 },
  cells: cellsNamed(TWENTY, [...controllerKilled(ONE), ...worldBreaks(ONE)]),
});
