import { controllerKilled, ONE } from './cells';
import { PHASES } from './points';
import { tellCells } from './tell-cells';

tellCells('1+1: the controller is killed, up to the promotion of the copy', {
  lab: { name: 'crash-1', etcd: 1, masters: 1, etcdElectionMs: 500 },
  cells: controllerKilled(ONE).filter(
    ({ point }) => point.way === 'forward' && PHASES.indexOf(point.phase) <= PHASES.indexOf('migrate'),
  ),
});
