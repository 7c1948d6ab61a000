import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyChain, type IntentRecord } from '@pawl/engine';
import { openStore } from '@pawl/store';
import { CONTROLLER } from './order';

/** What the database of a world says of a run, without what differs between two runs that did the same: times, claims, numbers of rows. */
export interface Standing {
  readonly state: string;
  /** The checkpoint: where it stands, what it remembers. */
  readonly checkpoint: string;
  /** A line each, with its facts. */
  readonly intents: readonly string[];
  readonly open: number;
  readonly chain: boolean;
}

/** Undefined where there is no such run. Reads a copy: opening a database writes. */
export function standingOf(dir: string, run: string): Standing | undefined {
  if (!existsSync(join(dir, CONTROLLER, 'pawl.db'))) return undefined;
  const copy = mkdtempSync(join(tmpdir(), 'pawl-standing-'));
  try {
    cpSync(join(dir, CONTROLLER), copy, { recursive: true });
    const store = openStore(join(copy, 'pawl.db'));
    try {
      const record = store.load(run);
      if (record === undefined) return undefined;
      const intents = store.intents(run);
      const { value, context } = record.checkpoint.snapshot;
      return {
        state: record.state,
        checkpoint: plain({ value, context }),
        intents: withoutReadAnew(intents).map(line).sort(),
        open: intents.filter(({ state }) => state === 'open').length,
        chain: verifyChain(store.journal(run)).ok,
      };
    } finally {
      store.close();
    }
  } finally {
    rmSync(copy, { recursive: true });
  }
}

/**
 * v2 is read anew by whoever comes after a crash, at another time: then the manifest that is kept on the host already is not this
 * one, and one more attempt keeps it.
 */
function withoutReadAnew(intents: readonly IntentRecord[]): readonly IntentRecord[] {
  const again = intents.filter(({ error }) => error?.code === 'E_MANIFEST_DIFFERS');
  return intents
    .filter((intent) => !again.includes(intent))
    .map((intent) => ({ ...intent, attempt: intent.attempt - earlier(again, intent).length }));
}

const earlier = (again: readonly IntentRecord[], { phase, step, attempt }: IntentRecord) =>
  again.filter((each) => each.phase === phase && each.step === step && each.attempt < attempt);

function line({ phase, step, target, attempt, round, lap, state, facts, error }: IntentRecord): string {
  return `${phase}/${step}@${target} ${plain({ attempt, round, lap, state, facts, error })}`;
}

function plain(value: unknown): string {
  return JSON.stringify(value, (key, inner: unknown) => (TIMES.test(key) ? undefined : inner))
    .replace(/\b\d{4}\.(?=[a-z0-9-]+\.)/g, 'N.')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g, 'TIME');
}

/**
 * Facts that say how long something took, when it was, or how full a disk or the memory was; and digests of what holds such: a manifest has
 * absolute times in it, a v3 store its leases. What they are taken from is in the picture. And how many keys were still to be
 * leased: after a crash behind that effect, none.
 */
const TIMES =
  /^(at|since|freeBytes|memoryBytes|digest|sha256|toLease|leased|leases|\w*(Seconds|Ms|Millis|At|Time))$/;
