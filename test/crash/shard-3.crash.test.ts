import { ONE, worldBreaks } from './cells';
import { tellCells } from './tell-cells';

tellCells('1+1: the world breaks while a step’s job runs', {
  lab: { name: 'crash-3', etcd: 1, masters: 1, etcdElectionMs: 500 },
  cells: worldBreaks(ONE).filter(({ point }) => !point.once),
});
