import {
  deadHosts,
  storeFacts,
  type Engine,
  type JournalRow,
  type RunResult,
  type Store,
} from '@pawl/engine';
import { outageClock } from '@pawl/steps-etcd';
import { checkChoices } from '../choices';
import { conclusion } from '../conclusion';
import { okdMigration } from '../operation';
import type { MigrationResult, OkdMigrationOptions, WhileItRuns } from './okd-migration-api';

/** Waits for a run to come to rest, with the caller's ears and hand on it, and says how it rests. */
export async function driveRun(
  options: OkdMigrationOptions,
  engine: Engine,
  run: string,
  { signal, onEvent }: WhileItRuns,
  act: () => Promise<RunResult>,
): Promise<MigrationResult> {
  signal?.throwIfAborted();
  const { store, owners } = options;
  const deaf = engine.onEvent((event) => {
    if ((event.type === 'journal' ? event.row.run : event.run) === run) onEvent?.(event);
  });
  const pause = (): void => engine.pause(run, owners.self(store.location).who);
  try {
    // The run is on record, or refused, before `act` first waits: so there is something to be paused.
    const resting = act();
    signal?.addEventListener('abort', pause, { once: true });
    return resultOf(options, await resting);
  } finally {
    signal?.removeEventListener('abort', pause);
    deaf();
  }
}

function resultOf({ store, now = () => new Date() }: OkdMigrationOptions, rest: RunResult): MigrationResult {
  const { run, outcome, changed, phase, step, reason } = rest;
  return {
    ...{ outcome, changed, run, phase },
    step: step ?? null,
    outageSeconds: outageSeconds(store.journal(run), now()),
    reason: reason ?? null,
    findings: [],
    conclusion: conclusionOf(store, run, outcome),
    next: nextOf(outcome),
  };
}

function outageSeconds(rows: readonly JournalRow[], now: Date): number | null {
  const { startedAt, endedAt } = outageClock(rows);
  if (startedAt === undefined) return null;
  const end = endedAt === undefined ? now.getTime() : Date.parse(endedAt);
  return Math.max(0, Math.round((end - Date.parse(startedAt)) / 1000));
}

/** Of a run that has ended, the way it went. */
export function conclusionOf(store: Store, run: string, outcome: string): readonly string[] {
  const record = store.load(run);
  if (record === undefined || (outcome !== 'completed' && outcome !== 'rolled-back')) return [];
  const [choices, facts] = [checkChoices(record.choices), storeFacts(store, run)];
  const left = outcome === 'rolled-back' ? deadHosts(record) : [];
  return [
    ...conclusion(choices, facts, outcome),
    ...left.map((host) => okdMigration.leftBehind(record.choices, facts, host)),
  ];
}

function nextOf(outcome: RunResult['outcome']): MigrationResult['next'] {
  switch (outcome) {
    case 'completed':
    case 'closed':
    case 'rolled-back':
      return null;
    case 'paused':
      return 'resume';
    case 'in-doubt':
      return 'decide';
    case 'refused':
      return 'check';
  }
}
