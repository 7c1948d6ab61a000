import { tellMatrix, WANTS_ALL } from './tell-matrix';

tellMatrix('okd-etcd-restore-v2', { every: 97, backFrom: ['reconfigure-masters'] });

// Members that are stopped one after the other, and joined again: nothing of it is there on the smallest cluster. That it goes
// back from every phase is shown there; the way back from the end does all that any of them does.
const back = ['finish'];
if (WANTS_ALL) tellMatrix('okd-etcd-restore-v2 on 3+2', { every: 1, backFrom: back, allBackFrom: back });
