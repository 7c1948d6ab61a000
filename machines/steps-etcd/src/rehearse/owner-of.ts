import type { CopyOwner } from '@pawl/etcd';
import { etcdSetup, type ReadFacts } from '../facts';

/** As which a copy of a backup is owned and labelled on an etcd host: as etcd's own data is. */
export function ownerOf(scope: ReadFacts, host: string): CopyOwner {
  const { user, group, dataDir } = etcdSetup(scope, host).settings;
  return { user, group, like: dataDir };
}
