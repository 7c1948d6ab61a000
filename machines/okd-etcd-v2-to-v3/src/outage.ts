import type { JournalRow } from '@pawl/engine';

export interface OutageClock {
  /** RFC 3339: the commit of the first intent to stop a master. */
  readonly startedAt?: string;
  /** The commit of the last master that was ready again, once all are. */
  readonly endedAt?: string;
}

/** The outage clock, from the journal alone: so it survives whoever was watching. */
export function outageClock(rows: readonly JournalRow[]): OutageClock {
  const stops = rows.filter(
    (row) => row.kind === 'intent' && row.data['step'] === 'stop-masters/stop-and-hold',
  );
  const [first] = stops;
  if (first === undefined) return {};
  const ready = rows.filter(
    (row) =>
      row.kind === 'outcome' &&
      row.data['step'] === 'start-masters/release-and-start' &&
      row.data['state'] === 'succeeded',
  );
  const [stopped, back] = [targets(stops), targets(ready)];
  const last = ready.at(-1);
  return {
    startedAt: first.at,
    ...(last !== undefined && back.size === stopped.size ? { endedAt: last.at } : {}),
  };
}

function targets(rows: readonly JournalRow[]): ReadonlySet<string> {
  return new Set(rows.flatMap(({ data: { target } }) => (typeof target === 'string' ? [target] : [])));
}
