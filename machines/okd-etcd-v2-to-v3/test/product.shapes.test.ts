import type { LabSpec } from '@pawl/lab';
import { tellOfShape } from './helpers/tell-of-shape';

/** Every shape that a cluster may have; two of them, put together to hold what other tests don't, are told of in `shapes.lab.test.ts`. */
for (const etcd of [1, 3, 5])
  for (const colocated of [false, true])
    for (const masterUnits of ['origin', 'atomic-openshift', 'single'] as const)
      for (const ownWal of [false, true])
        for (const etcdUser of ['etcd', 'root'] as const) {
          const masters = colocated ? etcd : masterUnits === 'single' || etcd === 1 ? 1 : 2;
          // Several masters are always api and controllers apart.
          if (masterUnits === 'single' && masters > 1) continue;
          const where = colocated ? 'on the masters' : 'on hosts of their own';
          const title = `${etcd} etcd ${where}, ${masterUnits}, ${ownWal ? 'own WAL' : 'WAL within'}, as ${etcdUser}`;
          const directories: Partial<LabSpec> = ownWal
            ? { dataDir: '/srv/etcd/data', walDir: '/srv/etcd-wal/wal' }
            : {};
          tellOfShape(title, {
            ...{ name: 'shape-product', etcd, masters, colocated, masterUnits, etcdUser },
            ...directories,
          });
        }
