import { controllerKilled, ONE } from './cells';
import { PHASES } from './points';
import { tellCells } from './tell-cells';

tellCells('1+1: the controller is killed, from the new cluster on, and on the way back', {
  lab: { name: 'crash-2', etcd: 1, masters: 1, etcdElectionMs: 500 },
  cells: controllerKilled(ONE).filter(
    ({ point }) => point.way === 'rollback' || PHASES.indexOf(point.phase) > PHASES.indexOf('migrate'),
  ),
});
