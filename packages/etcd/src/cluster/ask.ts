import type { CommandResult, ReadHost } from '@pawl/hosts';
import { get } from '../cli/curl';
import { etcdctlOffline, etcdctlV2, etcdctlV3, run, type Asked } from '../cli/etcdctl';
import { EtcdError } from '../errors';
import { parseAlarms } from '../parse/alarms';
import { parseClusterHealth, type ClusterHealth } from '../parse/cluster-health';
import { commandFailed } from '../parse/complaint';
import { parseEndpointHealth, type EndpointHealth } from '../parse/endpoint-health';
import { parseEndpointStatus, type EndpointStatus } from '../parse/endpoint-status';
import { parseHealth } from '../parse/http-answer';
import { parseMembers, type Member } from '../parse/member-list';
import { parseSnapshotStatus, type SnapshotStatus } from '../parse/snapshot-status';
import { parseEtcdctlVersion, parseEtcdVersion, parseServerVersion } from '../parse/version';

/** The members as this one knows them. Needs no leader. @throws EtcdError */
export async function memberList(host: ReadHost, settings: Asked): Promise<readonly Member[]> {
  const result = await run(host, etcdctlV3(settings, ['-w', 'json', 'member', 'list']));
  return parseMembers(await answered(host, settings, result, 'list the members'));
}

/** Each member's own health, line by line; with all members down an empty list, not an error. */
export async function clusterHealth(host: ReadHost, settings: Asked): Promise<ClusterHealth> {
  const result = await run(host, etcdctlV2(settings, ['cluster-health']));
  if (result.exit === 1) throw commandFailed(result, 'ask for the cluster’s health', host.name);
  return parseClusterHealth(result.stdout.toString('utf8'));
}

/** Of those that answered, in one call: compare the number with what was asked. 5 s for each one that is down. */
export async function endpointStatus(
  host: ReadHost,
  settings: Asked,
  endpoints: readonly string[],
): Promise<readonly EndpointStatus[]> {
  const result = await run(host, etcdctlV3(settings, ['-w', 'json', 'endpoint', 'status'], endpoints));
  return parseEndpointStatus(result.stdout.toString('utf8'));
}

/** Whether a proposal can be committed through each endpoint. One that does not appear was not heard of. */
export async function endpointHealth(
  host: ReadHost,
  settings: Asked,
  endpoints?: readonly string[],
): Promise<readonly EndpointHealth[]> {
  return parseEndpointHealth(await run(host, etcdctlV3(settings, ['endpoint', 'health'], endpoints)));
}

/** `GET /health` of the host's own member: it is up and has a leader. Not being up is an answer, too. */
export async function isHealthy(host: ReadHost, settings: Asked): Promise<boolean> {
  try {
    return parseHealth((await get(host, settings, '/health', { maxSeconds: 10 })).body);
  } catch (error) {
    if (error instanceof EtcdError && error.code === 'E_ETCD_UNAVAILABLE') return false;
    throw error;
  }
}

/** What runs and what is installed; `server` of the running member. With a wrong certificate this says so clearly (`E_ETCD_TLS`). */
export async function serverVersion(
  host: ReadHost,
  settings: Asked,
): Promise<{ readonly server: string; readonly cluster: string }> {
  return parseServerVersion((await get(host, settings, '/version')).body);
}

export async function installedVersions(
  host: ReadHost,
): Promise<{ readonly etcd: string; readonly etcdctl: string }> {
  const etcd = await host.read(['etcd', '--version']);
  const etcdctl = await run(host, etcdctlOffline(['version']));
  return {
    etcd: parseEtcdVersion(good(host, etcd, 'ask etcd for its version')),
    etcdctl: parseEtcdctlVersion(good(host, etcdctl, 'ask etcdctl for its version')),
  };
}

export async function alarms(host: ReadHost, settings: Asked): Promise<ReturnType<typeof parseAlarms>> {
  const result = await run(host, etcdctlV3(settings, ['alarm', 'list']));
  return parseAlarms(await answered(host, settings, result, 'list the alarms'));
}

/** Of a db file that no etcd has open: on an open one it would wait for ever, and is ended after 20 s as `E_TIMEOUT`. */
export async function snapshotStatus(host: ReadHost, dbPath: string): Promise<SnapshotStatus> {
  const result = await run(host, etcdctlOffline(['-w', 'json', 'snapshot', 'status', dbPath]), {
    timeoutMs: 20_000,
  });
  return parseSnapshotStatus(good(host, result, `read ${dbPath}`));
}

/** API 3 has the same few words for a wrong certificate, a closed port and a slow disk: curl is asked which it is. */
async function answered(
  host: ReadHost,
  settings: Asked,
  result: CommandResult,
  doing: string,
): Promise<string> {
  if (result.exit === 0) return result.stdout.toString('utf8');
  const error = commandFailed(result, doing, host.name);
  if (error.code === 'E_ETCD_UNAVAILABLE') await serverVersion(host, settings);
  throw error;
}

function good(host: ReadHost, result: CommandResult, doing: string): string {
  if (result.exit !== 0) throw commandFailed(result, doing, host.name);
  return result.stdout.toString('utf8');
}
