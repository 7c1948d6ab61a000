import type { Task } from '@pawl/engine';
import type { ReadHands } from '@pawl/fleet';
import type { ReadHost } from '@pawl/hosts';
import { apiReady, effectiveBackend, readMasterConfig, showUnits, unitRuns } from '@pawl/okd';
import type { ClusterChoices } from '../cluster-choices';
import { masterFacts } from '../facts';

export type Backend = 'v2' | 'v3';

export interface Readiness {
  readonly ready: boolean;
  readonly said: string;
}

/** Whether a master serves on this backend: its own API says so, its units run, and its process was started with it. */
export async function masterReady(
  backend: Backend,
  { hands, facts }: Pick<Task<ClusterChoices, ReadHands>, 'hands' | 'facts'>,
  master: string,
): Promise<Readiness> {
  const host = hands.on(master);
  const seen = masterFacts({ facts }, master);
  if (seen.config === null) return { ready: false, said: 'its configuration was not read in preflight' };
  const answer = await apiReady(host, seen.config);
  if (!answer.ready)
    return { ready: false, said: `/healthz/ready answers ${answer.code ?? 'nothing'} ${answer.said}` };
  for (const unit of seen.units)
    if (!(await unitRuns(host, unit))) return { ready: false, said: `${unit} is not running` };
  const wrong = await servesOther(backend, host, seen.units);
  return wrong === undefined ? { ready: true, said: 'ok' } : { ready: false, said: wrong };
}

/**
 * What speaks against a master being on this backend: its API's process was started with the other one's configuration, or its
 * next one will be.
 * @returns undefined where nothing does
 */
export async function servesOther(
  backend: Backend,
  host: ReadHost,
  units: readonly string[],
): Promise<string | undefined> {
  const [api] = await showUnits(host, units.slice(0, 1));
  if (api === undefined) return 'systemd does not know its unit';
  const config = await readMasterConfig(host, api);
  const effective = await effectiveBackend(host, api, config);
  const other: Backend = backend === 'v3' ? 'v2' : 'v3';
  if (effective.backend === other) return `its process was started with the ${other} configuration`;
  // Started within a second of the edit it can't be told by time: the file, and readiness, say enough then.
  return config.facts.backend === other ? `its configuration (${config.path}) says ${other}` : undefined;
}
