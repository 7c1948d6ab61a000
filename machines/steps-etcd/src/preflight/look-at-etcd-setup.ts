import { PawlError } from '@pawl/engine';
import { installedVersions, readEtcdSettings, type EtcdSettings } from '@pawl/etcd';
import { sh, type ReadHost } from '@pawl/hosts';
import type { EtcdSetup } from '../facts';

/** How an etcd host is set up, and what room it has. Asks neither etcd nor the cluster. Reads only. */
export async function lookAtEtcdSetup(host: ReadHost): Promise<EtcdSetup> {
  const foreignRuntime = await foreignSigns(host);
  const settings = await readEtcdSettings(host);
  const [installed, room, places] = await Promise.all([
    installedVersions(host),
    lookAtRoom(host, settings.dataDir, settings.walDir),
    lookAtPlaces(host, settings),
  ]);
  return { settings, installed, ...room, ...places, foreignRuntime };
}

/** Whether the directories can be renamed away, copied, and made anew by etcd: found out late, each ends the night. */
async function lookAtPlaces(
  host: ReadHost,
  { dataDir, walDir, user }: EtcdSettings,
): Promise<Pick<EtcdSetup, 'links' | 'canMakeWal' | 'runFolders'>> {
  const directories = [`${dataDir}/member`, ...(walDir === null ? [] : [walDir])];
  const seen = await host.readScript(sh`for path in ${directories}; do
  if [ -L "$path" ]; then echo "link $path"; else find "$path" -type l | while IFS= read -r link; do echo "link $link"; done; fi
done
for folder in ${dataDir}/pawl-*; do
  [ ! -d "$folder" ] || echo "folder $folder"
done
stat -L -c 'above %a %U' ${(walDir ?? dataDir).replace(/\/[^/]*$/, '') || '/'}`);
  const text = seen.stdout.toString('utf8');
  const above = /^above (\d+) (\S+)$/m.exec(text);
  if (seen.exit !== 0 || above === null)
    throw new PawlError('E_ROOM_UNKNOWN', `${host.name}: the directories of etcd could not be looked at`, {
      where: host.name,
      hint: seen.stderr.toString('utf8').trim(),
    });
  const [mode, owner] = [parseInt(above[1] ?? '', 8), above[2]];
  // Group's or everybody's right to write is taken at its word; ACLs show as the group's.
  const mayWrite = user === 'root' || (owner === user ? mode & 0o200 : mode & 0o022) !== 0;
  return {
    links: [...text.matchAll(/^link (.*)$/gm)].map(([, path]) => path ?? ''),
    canMakeWal: walDir === null || mayWrite,
    runFolders: [...text.matchAll(/^folder .*\/pawl-(.+)$/gm)].map(([, run]) => run ?? ''),
  };
}

async function foreignSigns(host: ReadHost): Promise<readonly string[]> {
  const units = await host.read([
    'systemctl',
    'list-unit-files',
    '--no-legend',
    '--no-pager',
    'etcd_container.service',
    'pacemaker.service',
  ]);
  const listed = units.stdout.toString('utf8');
  const atomic = await host.read(['test', '-e', '/run/ostree-booted']);
  const container = await host.read(['test', '-e', '/var/lib/containers/atomic/etcd.0']);
  return [
    ...(/^etcd_container\.service\s+(?!masked)/m.test(listed)
      ? ['etcd runs as the container unit etcd_container']
      : []),
    ...(/^pacemaker\.service\s+enabled/m.test(listed)
      ? ['Pacemaker is enabled: it would start what a run stops']
      : []),
    ...(atomic.exit === 0 ? ['this is an Atomic Host, where etcd is a system container'] : []),
    ...(container.exit === 0 ? ['etcd is installed as a system container'] : []),
  ];
}

/** A member whose data is gone, as a playbook that failed leaves its joiners, uses none. */
async function lookAtRoom(
  host: ReadHost,
  dataDir: string,
  walDir: string | null,
): Promise<Pick<EtcdSetup, 'memberBytes' | 'freeBytes' | 'memoryBytes'>> {
  const directories = [`${dataDir}/member`, ...(walDir === null ? [] : [walDir])];
  const seen = await host.readScript(sh`for path in ${directories}; do
  if [ -e "$path" ]; then du -sk -- "$path" || echo unread; fi
done | awk '/^unread/ { bad = 1 } { sum += $1 } END { if (!bad) print "used", sum + 0 }'
df -Pk -- ${dataDir} | awk 'NR == 2 { print "free", $4 }'
awk '/^MemAvailable:/ { print "memory", $2 }' /proc/meminfo`);
  const text = seen.stdout.toString('utf8');
  const kib = (name: string): number => {
    const found = new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1];
    if (found === undefined)
      throw new PawlError('E_ROOM_UNKNOWN', `${host.name}: disk and memory could not be read`, {
        where: host.name,
        hint: `du, df and /proc/meminfo said: ${seen.stderr.toString('utf8').trim() || text.trim()}`,
      });
    return Number(found) * 1024;
  };
  return { memberBytes: kib('used'), freeBytes: kib('free'), memoryBytes: kib('memory') };
}
