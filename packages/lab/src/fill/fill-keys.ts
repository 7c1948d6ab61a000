import { bulkKeys } from './bulk-keys';
import type { FillEntry } from './fill-entry';
import { pool } from './random';
import { specialKeys } from './special-keys';
import { ttlKeys } from './ttl-keys';

export interface FillOptions {
  /** How many keys in all (default 3000, at least 100). */
  readonly keys?: number;
  /** Size of an ordinary value (default 1024). */
  readonly valueBytes?: number;
  /** Same seed, same keys and values (default 1). */
  readonly seed?: number;
}

/**
 * What an OKD cluster keeps in etcd, in the order in which it has to be written: directories with a TTL before their
 * children, and everything that runs out last, so that it runs out after the fill and not during it.
 */
export function* fillKeys({
  keys = 3000,
  valueBytes = 1024,
  seed = 1,
}: FillOptions = {}): Generator<FillEntry> {
  const { random, text } = pool(seed);
  const context = { random, text, valueBytes };
  const special = [...specialKeys(context)];
  const temporary = [...ttlKeys(context, Math.max(60, Math.floor(keys * 0.06)))];
  const leaves = [...special, ...temporary].filter(
    ({ key, value }) => value !== undefined && !key.includes('/_'),
  ).length;
  yield* special;
  yield* bulkKeys(context, Math.max(0, keys - leaves));
  yield* temporary;
}

/** What must never be seen in a log, a database or a terminal: token names (they ARE the bearer tokens) and a secret's value. */
export function canaries(options: FillOptions = {}): string[] {
  const { random, text } = pool(options.seed ?? 1);
  const special = specialKeys({ random, text, valueBytes: 64 });
  return [...special].flatMap(({ key, value = '' }) => {
    const token = /\/oauth\/(?:accesstokens|authorizetokens)\/(.+)$/.exec(key)?.[1];
    const secret = /CANARY-[0-9a-z]+/.exec(value)?.[0];
    return [token, secret].filter((one) => one !== undefined);
  });
}
