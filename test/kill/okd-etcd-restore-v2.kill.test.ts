import { tellMatrix } from './tell-matrix';

tellMatrix('okd-etcd-restore-v2', { always: [], backFrom: ['reconfigure-masters'] });
