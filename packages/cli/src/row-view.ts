import { NO_TARGET, type Json, type JournalRow, type JsonObject } from '@pawl/engine';

/** What of a journal row is shown. Rows are read as they stand: a field that is not there is not shown. */
export interface RowView {
  readonly seq: number;
  readonly at: string;
  readonly kind: JournalRow['kind'];
  readonly phase?: string;
  /** Of a phase that is entered: `forward`, `rollback` or `cleanup`. */
  readonly direction?: string;
  /** Without its phase. */
  readonly step?: string;
  /** It is the question a one-shot step asks before it may start. */
  readonly asks: boolean;
  /** Left out for a step that is not about one host. */
  readonly target?: string;
  readonly attempt?: number;
  /** Of an outcome: `succeeded`, `failed`, or `undecided` (its end was not seen). Of an end: how. */
  readonly outcome?: string;
  /** Of an outcome: the step had nothing to do. */
  readonly idle: boolean;
  readonly verdict?: string;
  readonly code?: string;
  readonly message?: string;
  /** Who asked, decided or took the run. */
  readonly by?: string;
  readonly choice?: string;
  /** RFC 3339: no attempt before. */
  readonly due?: string;
}

export function rowView(row: JournalRow): RowView {
  const { data } = row;
  const cause = object(data['error']) ?? object(data['reason']) ?? {};
  const [phase, step] = (text(data['step']) ?? text(data['phase']) ?? '').split('/');
  const target = text(data['target']);
  return {
    seq: row.seq,
    at: row.at,
    kind: row.kind,
    idle: data['nothing'] !== undefined,
    asks: step?.endsWith('?') ?? false,
    ...given('phase', phase === '' ? undefined : phase),
    ...given('direction', text(data['direction'])),
    ...given('step', step?.replace(/\?$/, '')),
    ...given('target', target === NO_TARGET ? undefined : target),
    ...given('attempt', typeof data['attempt'] === 'number' ? data['attempt'] : undefined),
    ...given('outcome', text(data['state']) ?? text(data['outcome'])),
    ...given('verdict', text(data['verdict'])),
    ...given('code', text(cause['code'])),
    // Where a person gave a reason, that is the message.
    ...given('message', text(cause['message']) ?? text(data['reason'])),
    ...given('by', text(data['by']) ?? text(data['who'])),
    ...given('choice', text(data['choice']) ?? text(data['how'])),
    ...given('due', text(data['due'])),
  };
}

function given<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, V>);
}

const text = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined);

function object(value: Json | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}
