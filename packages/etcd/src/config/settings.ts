import type { ReadHost } from '@pawl/hosts';
import { EtcdError } from '../errors';
import { parseEnvFile } from './env-file';
import { parseFlags } from './command-line';
import { clientEndpoint } from './client-endpoint';
import { parseUnitProperties, UNIT_PROPERTIES, type UnitProperties } from './unit-properties';

/** Where a member's etcdctl and curl find their certificates; on the member's own host. */
export interface ClientCerts {
  readonly ca: string;
  /** The peer certificate: it allows clientAuth as well. OKD's server certificate does not. */
  readonly cert: string;
  readonly key: string;
}

/** How one host's etcd is set up, read from its unit and environment. Plain data: it can be kept as facts. */
export interface EtcdSettings {
  readonly unit: string;
  readonly memberName: string;
  /** Absolute, no slash at its end. */
  readonly dataDir: string;
  /** Where it is not `<dataDir>/member/wal`. */
  readonly walDir: string | null;
  readonly walDirIsMount: boolean;
  readonly memberDirIsMount: boolean;
  readonly listenClientUrls: readonly string[];
  readonly advertiseClientUrls: readonly string[];
  readonly initialAdvertisePeerUrls: readonly string[];
  readonly initialCluster: string;
  readonly token: string;
  /** One URL under which this member is asked, from its own host too. */
  readonly clientEndpoint: string;
  /** null where the endpoint is plain http. */
  readonly certs: ClientCerts | null;
  /** As which it runs; `root` where the unit names none. */
  readonly user: string;
  readonly group: string | null;
  readonly quotaBackendBytes: number | null;
  readonly snapshotCount: number | null;
  readonly electionTimeoutMs: number;
  /** The environment file that defines ETCD_NAME or, failing that, the last one: where a member's settings are edited. */
  readonly configFile: string | null;
  readonly unitFile: string;
  /** A drop-in left behind by someone, Pawl's own included. */
  readonly dropIns: readonly string[];
  /** ETCD_FORCE_NEW_CLUSTER or its flag stands somewhere: the next start would throw out all other members. */
  readonly forceNewCluster: boolean;
}

/**
 * Reads a member's settings as its next start would see them: environment files win over `Environment=`, a later file over an
 * earlier one, a flag over the environment. Changes nothing; needs neither etcd nor the cluster to be up.
 *
 * @throws EtcdError `E_ETCD_SETTINGS` where something needed is missing or can't be read, `E_ETCD_UNSUPPORTED` for a member
 * that is configured by a YAML file
 */
export async function readEtcdSettings(host: ReadHost, unit = 'etcd'): Promise<EtcdSettings> {
  const where = `${host.name}: unit ${unit}`;
  const shown = await host.read(['systemctl', 'show', '-p', UNIT_PROPERTIES, '--', `${unit}.service`]);
  const properties = parseUnitProperties(shown.stdout.toString('utf8'));
  if (shown.exit !== 0 || properties.loadState === 'not-found' || properties.fragmentPath === '') {
    throw new EtcdError('E_ETCD_SETTINGS', `there is no unit ${unit} on ${host.name}`, {
      where,
      hint: 'Pawl handles etcd as the rpm’s unit `etcd`. Does it run in a container, or inside the master?',
    });
  }
  const environment = new Map(properties.environment);
  const defines: string[] = [];
  for (const file of properties.environmentFiles) {
    const read = await host.read(['cat', '--', file.path]);
    if (read.exit !== 0 && !file.optional)
      throw missing(`environment file ${file.path} can't be read`, where);
    if (read.exit !== 0) continue;
    const values = parseEnvFile(read.stdout.toString('utf8'));
    if (values.has('ETCD_NAME')) defines.unshift(file.path);
    else defines.push(file.path);
    for (const [name, value] of values) environment.set(name, value);
  }
  const settings = etcdSettings(unit, properties, environment, where);
  return { ...settings, configFile: defines[0] ?? null, ...(await mounts(host, settings)) };
}

type Told = Omit<EtcdSettings, 'configFile' | 'walDirIsMount' | 'memberDirIsMount'>;

function etcdSettings(
  unit: string,
  properties: UnitProperties,
  environment: ReadonlyMap<string, string>,
  where: string,
): Told {
  const flags = parseFlags(properties.commandLine, environment);
  const optional = (name: string): string | null => {
    if (flags.has(name)) {
      const value = flags.get(name);
      if (value === undefined)
        throw missing(`--${name} in the unit's command line can't be told without a shell`, where);
      if (value !== '') return value;
    }
    const value = environment.get(`ETCD_${name.toUpperCase().replaceAll('-', '_')}`);
    return value === undefined || value === '' ? null : value;
  };
  const needed = (name: string): string => {
    const value = optional(name);
    if (value === null)
      throw missing(
        `${name} is set neither by a flag nor by ETCD_${name.toUpperCase().replaceAll('-', '_')}`,
        where,
      );
    return value;
  };
  if (optional('config-file') !== null) {
    throw new EtcdError('E_ETCD_UNSUPPORTED', 'etcd is configured by a YAML file (--config-file)', {
      where,
      hint: 'Only members configured by their unit’s environment, as OKD sets them up, are handled.',
    });
  }
  const dataDir = absolute('data-dir', needed('data-dir'), where);
  const walDir = optional('wal-dir');
  const listenClientUrls = urls(optional('listen-client-urls'));
  const advertiseClientUrls = urls(optional('advertise-client-urls'));
  const endpoint = clientEndpoint(advertiseClientUrls, listenClientUrls);
  if (endpoint === undefined) throw missing('no client URL has an address to connect to', where);
  const wal = walDir === null ? null : absolute('wal-dir', walDir, where);
  return {
    unit,
    memberName: needed('name'),
    dataDir,
    walDir: wal === `${dataDir}/member/wal` ? null : wal,
    listenClientUrls,
    advertiseClientUrls,
    initialAdvertisePeerUrls: urls(optional('initial-advertise-peer-urls')),
    initialCluster: optional('initial-cluster') ?? '',
    token: optional('initial-cluster-token') ?? 'etcd-cluster',
    clientEndpoint: endpoint,
    certs: endpoint.startsWith('https:') ? clientCerts(optional, where) : null,
    user: properties.user === '' ? 'root' : properties.user,
    group: properties.group === '' ? null : properties.group,
    quotaBackendBytes: integer(optional('quota-backend-bytes')),
    snapshotCount: integer(optional('snapshot-count')),
    electionTimeoutMs: integer(optional('election-timeout')) ?? 1000,
    unitFile: properties.fragmentPath,
    dropIns: properties.dropIns,
    forceNewCluster: (optional('force-new-cluster') ?? 'false') !== 'false',
  };
}

function clientCerts(optional: (name: string) => string | null, where: string): ClientCerts {
  const ca =
    optional('trusted-ca-file') ??
    optional('ca-file') ??
    optional('peer-trusted-ca-file') ??
    optional('peer-ca-file');
  const cert = optional('peer-cert-file');
  const key = optional('peer-key-file');
  if (ca === null || cert === null || key === null) {
    throw missing(
      'a CA file, ETCD_PEER_CERT_FILE and ETCD_PEER_KEY_FILE are needed to ask an https member',
      where,
    );
  }
  return { ca, cert, key };
}

async function mounts(
  host: ReadHost,
  told: Told,
): Promise<Pick<EtcdSettings, 'walDirIsMount' | 'memberDirIsMount'>> {
  const isMount = async (path: string): Promise<boolean> =>
    (await host.read(['mountpoint', '-q', path])).exit === 0;
  return {
    walDirIsMount: told.walDir !== null && (await isMount(told.walDir)),
    memberDirIsMount: await isMount(`${told.dataDir}/member`),
  };
}

function absolute(name: string, path: string, where: string): string {
  if (!path.startsWith('/')) throw missing(`${name} is not absolute: ${path}`, where);
  const normal = path.replace(/\/+/g, '/').replace(/\/$/, '');
  if (normal === '' || /(?:^|\/)\.\.?(?:\/|$)/.test(normal))
    throw missing(`${name} is not a plain path: ${path}`, where);
  return normal;
}

function urls(list: string | null): readonly string[] {
  return (list ?? '')
    .split(',')
    .map((url) => url.trim().replace(/\/$/, ''))
    .filter((url) => url !== '');
}

function integer(value: string | null): number | null {
  return value !== null && /^\d{1,15}$/.test(value) ? Number(value) : null;
}

function missing(message: string, where: string): EtcdError {
  return new EtcdError('E_ETCD_SETTINGS', message, {
    where,
    hint: 'Pawl reads these from the unit, its drop-ins and its environment files, as systemd does.',
  });
}
