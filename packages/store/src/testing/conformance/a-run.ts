import assert from 'node:assert/strict';
import {
  canonicalJson,
  type Checkpoint,
  type Claim,
  type Intent,
  type IntentRecord,
  type JsonObject,
  type NewRun,
  type Store,
} from '@pawl/engine';

/** Two handles on one empty database, as two processes would have them. */
export interface StoresUnderTest {
  readonly store: Store;
  readonly other: Store;
  /** Lets go of both handles. */
  close(): void;
  /** A third handle, as a process has it that comes after the two have been closed. */
  reopen(): Store;
}

/** Name → what throws where the store does not do as the contract says. */
export type Cases = Readonly<Record<string, (stores: StoresUnderTest) => void>>;

export const AT = '2026-01-01T00:00:00.000Z';
export const LATER = '2026-01-01T00:00:01.000Z';

/** Run `r1` under claim `c1`, with `n: 1` as its only choice. */
export function aRun(more: Partial<NewRun> = {}): NewRun {
  const machine = { machineId: 'm', machineVersion: '1.0.0', definitionHash: 'h', definition: 'text' };
  return {
    ...{ run: 'r1', ...machine, choices: { n: 1 }, at: AT },
    checkpoint: checkpointOf({ at: 'one' }),
    claim: claimOf('c1', []),
    ...more,
  };
}

export function checkpointOf(snapshot: Checkpoint['snapshot']): Omit<Checkpoint, 'seq'> {
  return { machineId: 'm', machineVersion: '1.0.0', definitionHash: 'h', snapshot };
}

export function claimOf(claim: string, earlier: readonly string[]): Claim {
  const owner = { who: 'w', host: 'h', pid: 1, startTime: '2', bootId: 'b', database: '/d' };
  return { claim, earlier, owner, at: AT };
}

/** Of step `p/s`, on target `a` unless told. */
export function anIntent(seq: number, attempt = 1, target = 'a'): Intent {
  return { id: `000${seq}.p.s.${target}.${attempt}`, run: 'r1', seq, phase: 'p', step: 's', target, attempt };
}

export function entryOf(intent: Intent): { kind: 'intent'; data: { intent: string } } {
  return { kind: 'intent', data: { intent: intent.id } };
}

/** The head of a commit. */
export function by(claim: string, run = 'r1'): { run: string; claim: string; at: string } {
  return { run, claim, at: LATER };
}

export function open(store: Store, intent: Intent): void {
  store.commit({ ...by('c1', intent.run), entries: [entryOf(intent)], open: [intent] });
}

/** An intent and its success, in one commit. */
export function succeed(store: Store, intent: Intent, facts: JsonObject): void {
  store.commit({
    ...by('c1', intent.run),
    entries: [entryOf(intent)],
    open: [intent],
    close: [{ id: intent.id, state: 'succeeded', facts }],
  });
}

/** What `intents` gives for one that was just opened. */
export function opened(intent: Intent): IntentRecord {
  return { ...intent, lap: intent.lap ?? 0, state: 'open', tries: 0 };
}

/** Equal as what is written down: plain data, whichever realm its arrays come from. */
export function same(actual: unknown, expected: unknown): void {
  assert.equal(canonicalJson({ it: actual }), canonicalJson({ it: expected }));
}

export function throwsCode(code: string, act: () => unknown): void {
  assert.throws(act, (error: object) => Reflect.get(error, 'code') === code);
}
