import type { JournalRow, Json, JsonObject } from '@pawl/engine';
import type { Outage } from './machines';
import { outageSeconds } from './outage';
import { rowView } from './row-view';

/** What a hook of `--on-event` reads from its standard input: `event-hook-1.json` is its schema. */
export interface HookDocument extends JsonObject {
  readonly schema: 'pawl/event-hook/1';
  /** `failure`: retries used up, in doubt, or the command itself failed. */
  readonly event: 'phase' | 'pause' | 'failure' | 'end';
  readonly run: string;
  /** Of the journal's row; hooks run side by side, this is their order. */
  readonly seq: number;
  readonly phase: string;
  readonly step: string | null;
  /** As `status` tells it. */
  readonly state: string;
  readonly outageSeconds: number | null;
  readonly reason: JsonObject | null;
  /** RFC 3339. */
  readonly at: string;
}

/** The document of a row, or undefined where nobody is told. Pure. */
export function hookDocument(row: JournalRow, outage: Outage, now: Date): HookDocument | undefined {
  const kind = eventOf(row);
  if (kind === undefined) return undefined;
  const { phase, step, outcome } = rowView(row);
  return {
    schema: 'pawl/event-hook/1',
    ...kind,
    run: row.run,
    seq: row.seq,
    phase: phase ?? outcome ?? '',
    step: step ?? null,
    outageSeconds: outageSeconds(outage, now),
    reason: reasonOf(row.data['reason']),
    at: row.at,
  };
}

function eventOf({ kind, data }: JournalRow): Pick<HookDocument, 'event' | 'state'> | undefined {
  switch (kind) {
    case 'entered':
      return { event: 'phase', state: 'running' };
    case 'paused':
      return {
        event: reasonOf(data['reason'])?.['code'] === 'E_PAUSED' ? 'pause' : 'failure',
        state: 'paused',
      };
    case 'in-doubt':
      return { event: 'failure', state: 'in-doubt' };
    case 'ended':
      return { event: 'end', state: typeof data['outcome'] === 'string' ? data['outcome'] : 'ended' };
    default:
      return undefined;
  }
}

/** As the journal has it: code, message, and what there is of where, hint and facts. */
function reasonOf(value: Json | undefined): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}
