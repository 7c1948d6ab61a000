import { MANY, manyCells, ONE, worldBreaks } from './cells';
import { tellCells } from './tell-cells';
import { tellReboots } from './reboots';

const lab = { ...ONE, etcdElectionMs: 500 };

// More keys: so that it can be caught in its middle.
tellCells('1+1: the world breaks while migrate runs', {
  lab: { ...lab, name: 'crash-4' },
  fill: { keys: 12_000, valueBytes: 64 },
  cells: worldBreaks(ONE).filter(({ point }) => point.once),
});

tellReboots('1+1: a host is rebooted after a phase', { ...lab, name: 'crash-5' });

tellCells('3+2: the barriers of the way back', {
  lab: { ...MANY, name: 'crash-8' },
  cells: manyCells().filter(({ point }) => point.way === 'rollback'),
});

tellReboots('3+2: all masters, or all etcd hosts, are rebooted after a phase', { ...MANY, name: 'crash-7' });
