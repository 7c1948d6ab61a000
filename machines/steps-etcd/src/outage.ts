import type { JournalRow, JsonObject } from '@pawl/engine';

export interface OutageClock {
  /** RFC 3339: the commit of the first intent to stop a master. */
  readonly startedAt?: string;
  /** The commit of the last master that was ready again, once all are. */
  readonly endedAt?: string;
}

/** Forward, and on the way back of a run that was completed. */
const STOPS = ['stop-masters/stop-and-hold', 'masters-down/stop-and-hold'];
const STARTS = ['start-masters/release-and-start', 'masters-back/release-and-start'];

/**
 * The outage clock, from the journal alone: so it survives whoever was watching. Of a run that was completed and rolled back
 * later it is the second outage that counts.
 */
export function outageClock(rows: readonly JournalRow[]): OutageClock {
  let clock: { startedAt: string; stopped: Set<string>; ready: Set<string>; endedAt?: string } | undefined;
  const before = clockSet(rows);
  for (const { kind, data, at } of rows) {
    const step = typeof data['step'] === 'string' ? data['step'] : '';
    const target = typeof data['target'] === 'string' ? data['target'] : '';
    if (kind === 'intent' && STOPS.includes(step)) {
      if (clock === undefined || clock.endedAt !== undefined)
        clock = { startedAt: step === STOPS[0] ? (before ?? at) : at, stopped: new Set(), ready: new Set() };
      clock.stopped.add(target);
      // One that was started and is stopped again is away again.
      clock.ready.delete(target);
    }
    if (clock === undefined || clock.endedAt !== undefined) continue;
    if (kind === 'outcome' && STARTS.includes(step) && data['state'] === 'succeeded') {
      clock.ready.add(target);
      if ([...clock.stopped].every((host) => clock?.ready.has(host))) clock.endedAt = at;
    }
    // A master that was left behind never comes back: those that do are all there are.
    if (kind === 'entered' && data['phase'] === 'fences-closed' && clock.ready.size > 0) clock.endedAt = at;
  }
  if (clock === undefined) return {};
  const { startedAt, endedAt } = clock;
  return { startedAt, ...(endedAt !== undefined && { endedAt }) };
}

/** In a journal that was rebuilt rows bear the time of that; when the clock was set is a fact. */
function clockSet(rows: readonly JournalRow[]): string | undefined {
  if (!rows.some(({ kind }) => kind === 'rebuilt')) return undefined;
  const set = rows.find(({ kind, data }) => kind === 'outcome' && data['step'] === 'stop-masters/clock');
  const facts = set?.data['facts'] as JsonObject | undefined;
  return typeof facts?.['startedAt'] === 'string' ? facts['startedAt'] : undefined;
}
