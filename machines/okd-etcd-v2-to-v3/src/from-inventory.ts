import { PawlError } from '@pawl/engine';
import type { Inventory } from '@pawl/hosts';
import { clusterFrom } from '@pawl/steps-etcd';
import { checkChoices, TTL_MODES, type OkdChoices, type TtlMode } from './choices';

export interface Flags {
  readonly acceptPointOfNoReturn?: string;
  readonly ttl?: string;
  readonly onFailure?: string;
  /** `90s`, `15m`, `1h` */
  readonly maxOutage?: string;
}

/**
 * The choices of a run, from an inventory and the operator's flags.
 * @throws PawlError `E_USAGE` for a flag's value, `E_INVENTORY` for groups that can't be migrated
 */
export function choicesFrom(inventory: Inventory, flags: Flags): OkdChoices {
  const ttl = ttlMode(flags.ttl);
  return checkChoices({
    ...clusterFrom(inventory),
    ttl,
    onFailure: onFailure(flags.onFailure),
    maxOutageSeconds: seconds(flags.maxOutage),
    acceptPointOfNoReturn: flags.acceptPointOfNoReturn ?? null,
  });
}

function onFailure(given = 'pause'): OkdChoices['onFailure'] {
  if (given === 'pause' || given === 'rollback') return given;
  throw new PawlError('E_USAGE', `--on-failure ${given} is not known`, {
    hint: '`pause`: the run waits for you. `rollback`: it goes back to v2 by itself, if that loses nothing.',
  });
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

function seconds(given: string | undefined): number | null {
  if (given === undefined) return null;
  const [, count, unit] = /^([1-9]\d{0,5})([smh])$/.exec(given) ?? [];
  if (count !== undefined && unit !== undefined) return Number(count) * (UNITS[unit] ?? 1);
  throw new PawlError('E_USAGE', `--max-outage ${given}: a duration is wanted`, {
    hint: 'For example 90s, 15m or 1h.',
  });
}

function ttlMode(flag = 'remaining'): TtlMode {
  const mode = TTL_MODES.find((each) => each === flag);
  if (mode !== undefined) return mode;
  throw new PawlError('E_USAGE', `--ttl ${flag} is not known`, {
    hint: '`remaining` (the default): every key keeps what it had left; `documented`: the durations of the published procedure; `configured`: those of the first master’s configuration.',
  });
}
