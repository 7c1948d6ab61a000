import { MANY, manyCells } from './cells';
import { tellCells } from './tell-cells';
import { tellReboots } from './reboots';

const lab = { ...MANY };

tellCells('3+2: fan-outs, joins and barriers', { lab: { ...lab, name: 'crash-6' }, cells: manyCells() });

tellReboots('3+2: all masters, or all etcd hosts, are rebooted after a phase', { ...lab, name: 'crash-7' });
