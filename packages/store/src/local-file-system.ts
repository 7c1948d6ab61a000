import { readFileSync, statfsSync } from 'node:fs';
import { PawlError } from '@pawl/engine';

/** statfs(2): file systems that several machines can mount. SQLite's WAL needs shared memory, so one machine. */
const SHARED = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x01021997, '9p'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
  [0x01161970, 'GFS2'],
  [0x7461636f, 'OCFS2'],
  [0x786f4256, 'vboxsf'],
  [0x564c, 'NCP'],
  [0x73757245, 'Coda'],
]);
const FUSE = 0x65735546;
/** FUSE file systems on a disk of this machine. */
const LOCAL_FUSE = /^(fuseblk|fuse\.(fuse-overlayfs|ntfs|ext2|exfat|lxcfs|grpcfuse))$/;

/**
 * The name of the network file system that `folder` lies on, or undefined.
 * @param typeOf as statfs(2) says it; given by tests
 * @param mounts text of /proc/self/mountinfo, to tell FUSE file systems apart
 */
export function networkFileSystem(
  folder: string,
  typeOf: (folder: string) => number = (path) => statfsSync(path).type,
  mounts: () => string = () => readFileSync('/proc/self/mountinfo', 'utf8'),
): string | undefined {
  // Negative where the kernel's 32 bits were read as signed.
  const type = typeOf(folder) >>> 0;
  if (type !== FUSE) return SHARED.get(type);
  const name = fuseName(folder, mounts());
  return LOCAL_FUSE.test(name) ? undefined : name;
}

/** @throws PawlError `E_STORE_NETWORK_FS` */
export function refuseNetworkFileSystem(folder: string, found = networkFileSystem(folder)): void {
  if (found === undefined) return;
  throw new PawlError('E_STORE_NETWORK_FS', `${folder} lies on a network file system (${found})`, {
    hint: 'Locks and syncs are not to be trusted there. Put the database on a disk of this machine.',
    facts: { folder, fileSystem: found },
  });
}

/** The file system type of the mount that holds the folder: the longest mount point that it begins with. */
function fuseName(folder: string, mountinfo: string): string {
  let best = { point: '', type: 'fuse' };
  for (const line of mountinfo.split('\n')) {
    const [left, right] = line.split(' - ');
    const point = left?.split(' ')[4]?.replaceAll('\\040', ' ');
    const type = right?.split(' ')[0];
    if (point === undefined || type === undefined) continue;
    const holds = folder === point || folder.startsWith(point.endsWith('/') ? point : `${point}/`);
    if (holds && point.length >= best.point.length) best = { point, type };
  }
  return best.type;
}
