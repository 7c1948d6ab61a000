import type { EngineEvent, JournalRow } from '@pawl/engine';
import type { CliMachine } from './machines';
import type { Sink } from './output';
import { advance, beginProgress, type ProgressView } from './progress-view';
import { rowLine, statusLine } from './render/progress';
import { rowView } from './row-view';

export interface Progress {
  on(event: EngineEvent): void;
  /** A line of our own, above the redrawn one. */
  say(text: string): void;
  /** Stands in the redrawn line until the run rests. */
  note(text: string): void;
  view(): ProgressView;
  /** Takes the redrawn line away. */
  stop(): void;
}

export interface ProgressOptions {
  readonly run: string;
  readonly machine: CliMachine;
  /** What the journal held before. */
  readonly rows: readonly JournalRow[];
  readonly sink: Sink;
  readonly live: boolean;
  readonly level: 'quiet' | 'normal' | 'verbose';
  readonly now: () => Date;
}

/** Shows a run as it goes: lines, and on a terminal one that is redrawn below them. */
export function showProgress(options: ProgressOptions): Progress {
  const { sink, level, now } = options;
  const live = options.live && level !== 'quiet';
  const rows = [...options.rows];
  let view = beginProgress(options.run, options.machine, rows);
  let drawn = false;

  const erase = (): void => {
    if (drawn) sink.write('\r\u001B[2K');
    drawn = false;
  };
  const draw = (): void => {
    if (!live) return;
    sink.write(`\r\u001B[2K${statusLine(view, now(), sink)}`);
    drawn = true;
  };
  const line = (text: string): void => {
    erase();
    sink.write(`${text}\n`);
    draw();
  };
  // The clocks go on between events. Nothing waits for this timer.
  const timer = live ? setInterval(draw, 1000).unref() : undefined;

  return {
    on(event) {
      if (event.type === 'journal') rows.push(event.row);
      view = advance(view, event, event.type === 'journal' ? options.machine.outage(rows) : view.outage);
      const text = lineOf(event, view, sink, level);
      if (text === undefined) draw();
      else line(text);
    },
    say: line,
    note(text) {
      view = { ...view, note: text };
      draw();
    },
    view: () => view,
    stop() {
      clearInterval(timer);
      erase();
    },
  };
}

function lineOf(
  event: EngineEvent,
  view: ProgressView,
  sink: Sink,
  level: ProgressOptions['level'],
): string | undefined {
  if (event.type === 'journal') {
    const row = rowView(event.row);
    const matters = row.outcome === 'failed' || row.kind === 'paused' || row.kind === 'in-doubt';
    return level === 'quiet' && !matters ? undefined : rowLine(row, view, sink, level === 'verbose');
  }
  // What is not about a step (another owner is asked to pause, a loss is weighed) is told to everybody who waits for it.
  return level === 'verbose' || (level === 'normal' && event.step === '-')
    ? `         ${event.target === '-' ? '' : `${event.target}: `}${event.message}`
    : undefined;
}
