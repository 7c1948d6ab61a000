import type { ReadHost } from '@pawl/hosts';
import type { ConfigFacts } from './config/config-facts';
import { readMasterConfig, type MasterConfig } from './config/read-master-config';
import { editForV3 } from './config/storage-backend';
import { OkdError } from './okd-error';
import { okdVersion, versionRefusal } from './okd-version';
import type { Refusal } from './refusal';
import { discoverMasterUnits, startOrder, type MasterUnit, type MasterUnits } from './units/master-units';

export interface InspectedMaster {
  /** As printed; null where it could not be asked. */
  readonly version: string | null;
  /** Names in the order to start them. */
  readonly units: readonly string[];
  readonly leftOver: MasterUnits['leftOver'];
  readonly configPath: string | null;
  readonly configSha256: string | null;
  readonly config: ConfigFacts | null;
  /** All at once, each with what to do. Empty where this master can be stopped, reconfigured and started again. */
  readonly refusals: readonly Refusal[];
}

/**
 * Everything that preflight wants to know about one master. Reads only. What is wrong with the master is a refusal in the
 * answer; an error means that the host could not be asked.
 * @throws HostError as `read`
 */
export async function inspectMaster(host: ReadHost): Promise<InspectedMaster> {
  const refusals: Refusal[] = [];
  const units = await orRefusal(refusals, () => discoverMasterUnits(host));
  refusals.push(...(units?.refusals ?? []));
  const first = units?.units[0];
  const version =
    first && (await orRefusal(refusals, () => okdVersion(host, programOf(first)), 'E_OKD_VERSION'));
  const config = first && (await orRefusal(refusals, () => readMasterConfig(host, first)));
  if (version !== undefined) refusals.push(...present(versionRefusal(version)));
  if (units !== undefined && config !== undefined) {
    refusals.push(...(await otherConfigRefusals(host, units, config)));
    refusals.push(...configRefusals(config, host), ...(await fileRefusals(host, config.facts)));
  }
  return {
    version: version?.text ?? null,
    units: units === undefined ? [] : startOrder(units),
    leftOver: units?.leftOver ?? [],
    configPath: config?.path ?? null,
    configSha256: config?.sha256 ?? null,
    config: config?.facts ?? null,
    refusals,
  };
}

/** In a container it is the client of the container engine; then the version is asked of the wrapper beside it. */
function programOf(unit: MasterUnit): string {
  return unit.runtime === 'host' ? (unit.command[0] ?? 'openshift') : 'openshift';
}

async function orRefusal<T>(
  refusals: Refusal[],
  look: () => Promise<T>,
  code?: Refusal['code'],
): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof OkdError)) throw error;
    const known = error.code === 'E_OKD_COMMAND' ? 'E_MASTER_UNITS' : error.code;
    const where = error.where === undefined ? '' : ` (${error.where})`;
    refusals.push({ code: code ?? known, message: `${error.message}${where}`, hint: error.hint ?? '' });
    return undefined;
  }
}

/** API and controllers read one file, or the edit of one of them would leave the other on v2. */
async function otherConfigRefusals(
  host: ReadHost,
  units: MasterUnits,
  config: MasterConfig,
): Promise<readonly Refusal[]> {
  const refusals: Refusal[] = [];
  for (const unit of units.units.slice(1)) {
    const other = await orRefusal(refusals, () => readMasterConfig(host, unit));
    if (other === undefined || other.path === config.path) continue;
    refusals.push({
      code: 'E_MASTER_CONFIG',
      message: `${unit.id} reads ${other.path}, the API server ${config.path}`,
      hint: 'Let both units name one file.',
    });
  }
  return refusals;
}

function configRefusals({ facts, text, path }: MasterConfig, host: ReadHost): readonly Refusal[] {
  const refusals: Refusal[] = [];
  if (facts.embeddedEtcd)
    refusals.push({
      code: 'E_EMBEDDED_ETCD',
      message: 'etcd runs inside the master process (etcdConfig in master-config.yaml)',
      hint: 'Move it to an external etcd first (the embedded2external playbook of 3.7’s openshift-ansible), then migrate.',
    });
  else if (facts.etcd === null)
    refusals.push({
      code: 'E_MASTER_CONFIG',
      message: 'etcdClientInfo in master-config.yaml does not name urls, ca, certFile and keyFile',
      hint: 'A master that talks to etcd without TLS, or without certificates of its own, is not supported.',
    });
  if (facts.backend === 'unknown')
    refusals.push({
      code: 'E_MASTER_CONFIG',
      message: `storage-backend is ${facts.storageBackend ?? ''}, which is neither etcd2 nor etcd3`,
      hint: 'Find out which store this master serves from.',
    });
  try {
    editForV3(text, `${host.name}:${path}`);
  } catch (error) {
    if (!(error instanceof OkdError)) throw error;
    refusals.push({
      code: 'E_MASTER_CONFIG',
      message: `${error.message} (${error.where ?? path})`,
      hint: error.hint ?? '',
    });
  }
  return refusals;
}

async function fileRefusals(host: ReadHost, facts: ConfigFacts): Promise<readonly Refusal[]> {
  const files = facts.etcd === null ? [] : [facts.etcd.ca, facts.etcd.cert, facts.etcd.key];
  const missing: string[] = [];
  for (const file of files) if ((await host.read(['test', '-r', file])).exit !== 0) missing.push(file);
  if (missing.length === 0) return [];
  return [
    {
      code: 'E_MASTER_FILES',
      message: `etcdClientInfo in master-config.yaml names what is not there: ${missing.join(', ')}`,
      hint: 'This master would not start again. Restore the files first.',
    },
  ];
}

function present<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}
