import type { Direction, EngineEvent, JournalRow, Phase } from '@pawl/engine';
import type { CliMachine, Outage } from './machines';
import { rowView } from './row-view';

/** What a person who watches a run is shown. Made from events alone, the same for the driver and for `status --follow`. */
export interface ProgressView {
  readonly run: string;
  /** Names of phases in the machine's order: those ahead, those of the way back, those of a cleanup. */
  readonly rows: Readonly<Record<Direction, readonly string[]>>;
  readonly direction: Direction;
  readonly phase: string;
  readonly step: string | undefined;
  /** Targets at work. */
  readonly busy: readonly string[];
  /** Targets of this step that are done. */
  readonly done: number;
  /** RFC 3339: since when this step is at work. */
  readonly since: string | undefined;
  readonly message: string | undefined;
  readonly outage: Outage;
  /** `pausing`, told until the run rests. */
  readonly note: string | undefined;
}

export function beginProgress(run: string, machine: CliMachine, rows: readonly JournalRow[]): ProgressView {
  const { phases, rollback, cleanup } = machine.machine.spec;
  const forward = namesOf(phases);
  const start: ProgressView = {
    run,
    rows: { forward, rollback: namesOf(rollback), cleanup: namesOf(cleanup) },
    direction: 'forward',
    phase: forward[0] ?? '',
    step: undefined,
    busy: [],
    done: 0,
    since: undefined,
    message: undefined,
    outage: machine.outage(rows),
    note: undefined,
  };
  // Whoever comes later (a resume, `status --follow`) sees it where it stands.
  return rows.reduce((view, row) => advance(view, { type: 'journal', row }, view.outage), start);
}

/** The view after one more event. Pure. */
export function advance(view: ProgressView, event: EngineEvent, outage: Outage): ProgressView {
  if (event.type === 'progress')
    return { ...view, message: `${event.target === '-' ? '' : `${event.target}: `}${event.message}` };
  const row = rowView(event.row);
  const target = row.target ?? '-';
  const next: ProgressView = { ...view, outage, phase: row.phase ?? view.phase };
  switch (row.kind) {
    case 'entered':
      return {
        ...next,
        direction: directionOf(row.direction) ?? view.direction,
        step: undefined,
        busy: [],
        done: 0,
        since: undefined,
        message: undefined,
      };
    case 'rebuilt':
      return { ...next, direction: directionOf(row.direction) ?? view.direction, step: undefined, busy: [] };
    case 'intent': {
      const same = row.step === view.step && next.phase === view.phase;
      return {
        ...next,
        step: row.step,
        busy: [...(same ? view.busy.filter((name) => name !== target) : []), target],
        done: same ? view.done : 0,
        since: same ? view.since : row.at,
        message: same ? view.message : undefined,
      };
    }
    case 'outcome':
      return {
        ...next,
        busy: view.busy.filter((name) => name !== target),
        done: view.done + (row.outcome === 'succeeded' ? 1 : 0),
      };
    case 'answer':
      return { ...next, busy: view.busy.filter((name) => name !== target) };
    case 'paused':
    case 'in-doubt':
    case 'ended':
      return { ...next, busy: [], note: undefined, message: undefined };
    case 'created':
    case 'claimed':
    case 'retry':
    case 'decided':
    case 'resumed':
    case 'rollback':
    case 'cleanup':
    case 'lost':
      return next;
  }
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- machines differ in their choices; only names are read
function namesOf(phases: readonly Phase<any, any, any>[] = []): readonly string[] {
  return phases.map(({ name }) => name);
}

function directionOf(given: string | undefined): Direction | undefined {
  return given === 'forward' || given === 'rollback' || given === 'cleanup' ? given : undefined;
}
