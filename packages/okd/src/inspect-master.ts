import type { ReadHost } from '@pawl/hosts';
import type { ConfigFacts } from './config/config-facts';
import { configRefusals, fileRefusals } from './config/config-refusals';
import { readMasterConfig, type MasterConfig } from './config/read-master-config';
import { loopbackRefusal, loopbackServer, ownHostname } from './loopback';
import { OkdError } from './okd-error';
import { okdVersion, versionRefusal } from './okd-version';
import type { Refusal } from './refusal';
import type { MasterUnit } from './units/master-unit';
import { discoverMasterUnits, startOrder, type MasterUnits } from './units/master-units';

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
    if (units.units[0]?.role === 'api') refusals.push(...(await loopback(host, config.facts)));
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

/** Of HA masters: a single master's API has no load balancer before it. */
async function loopback(host: ReadHost, facts: ConfigFacts): Promise<readonly Refusal[]> {
  const file = facts.loopbackKubeconfig;
  if (file === null || (await host.read(['test', '-r', file])).exit !== 0) return [];
  const server = await loopbackServer(host, file);
  return present(loopbackRefusal(server, host, facts, await ownHostname(host)));
}

function present<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}
