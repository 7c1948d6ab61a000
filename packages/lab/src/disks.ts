import path from 'node:path';
import { userOf } from './host-files/common-files';
import { hostDir } from './host-files/write-hosts';
import { run } from './run';
import { isEtcd, labHosts } from './spec';
import type { LabState } from './state';

/** A disk of limited size for each etcd host's data: a file with ext4 in it, so that it outlives a crash of the machine. */
export async function makeDisks(state: LabState): Promise<void> {
  const { etcdDiskMiB, etcdUser } = state.spec;
  if (etcdDiskMiB === undefined) return;
  const { uid, gid } = etcdUser === 'root' ? { uid: 0, gid: 0 } : userOf(state.base, 'etcd');
  for (const host of labHosts(state.spec, state.network).filter(isEtcd)) {
    const image = path.join(hostDir(state, host), 'disk.img');
    await run(['truncate', '--size', `${etcdDiskMiB}M`, image]);
    await run(['mkfs.ext4', '-q', '-m', '0', '-E', `root_owner=${uid}:${gid}`, image]);
  }
}
