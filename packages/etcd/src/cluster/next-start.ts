import { sh, type ReadHost } from '@pawl/hosts';
import { isForcing } from '../changes/force-new-cluster';
import type { EtcdSettings } from '../config/settings';
import { readEtcdSettings } from '../config/settings';

export interface NextStart {
  readonly clean: boolean;
  /** Where force-new-cluster still stands: each with the place to look at. */
  readonly found: readonly string[];
  readonly settings: EtcdSettings;
}

/**
 * Whether the member's next start would be an ordinary one: nothing in the unit, its drop-ins, its environment files or the
 * running process's own environment forces a new cluster, and systemd has read what lies on disk.
 */
export async function nextStartIsClean(host: ReadHost, unit = 'etcd'): Promise<NextStart> {
  const settings = await readEtcdSettings(host, unit);
  const look = await host.readScript(sh`
systemctl show -p NeedDaemonReload -p MainPID ${`${unit}.service`}
pid=$(systemctl show -p MainPID ${`${unit}.service`} | sed 's/^MainPID=//')
if [ "\${pid:-0}" != 0 ] && [ -r "/proc/$pid/environ" ]; then
  tr '\0' '\n' <"/proc/$pid/environ" | sed -n 's/^ETCD_FORCE_NEW_CLUSTER=/running ETCD_FORCE_NEW_CLUSTER=/p'
  tr '\0' '\n' <"/proc/$pid/cmdline" | sed -n 's/^--*force-new-cluster.*/running with --force-new-cluster/p'
fi
if [ -e /run/pawl/force-new-cluster.env ]; then echo 'left /run/pawl/force-new-cluster.env'; fi`);
  const lines = look.stdout.toString('utf8').split('\n');
  const found = [
    ...(settings.forceNewCluster
      ? ['ETCD_FORCE_NEW_CLUSTER in the unit, a drop-in or an environment file']
      : []),
    ...settings.dropIns.filter(isForcing),
    ...lines.filter(
      (line) => /^running .*(?:FORCE_NEW_CLUSTER=|force-new-cluster)/.test(line) || line.startsWith('left '),
    ),
    ...(lines.includes('NeedDaemonReload=yes')
      ? ['systemd has not read the unit’s files anew (daemon-reload)']
      : []),
  ];
  return { clean: found.length === 0, found, settings };
}
