import { tellMatrix } from './tell-matrix';

tellMatrix('okd-etcd-v2-to-v3', { always: ['migrate/run-migrate'], backFrom: ['reconfigure-masters'] });
