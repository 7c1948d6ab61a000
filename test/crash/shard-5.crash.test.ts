import { MANY, manyCells } from './cells';
import { tellCells } from './tell-cells';

tellCells('3+2: fan-outs and joins', {
  lab: { ...MANY, name: 'crash-6' },
  cells: manyCells().filter(({ point }) => point.way === 'forward'),
});
