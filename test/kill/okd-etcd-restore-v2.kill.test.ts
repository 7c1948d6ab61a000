import { tellMatrix, WANTS_ALL } from './tell-matrix';

tellMatrix('okd-etcd-restore-v2', { every: 97, backFrom: ['reconfigure-masters'] });

if (WANTS_ALL) tellMatrix('okd-etcd-restore-v2 on 3+2', { every: 1, backFrom: ['reconfigure-masters'] });
