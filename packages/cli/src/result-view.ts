import type { Choice, RunResult } from '@pawl/engine';
import { document, type Answer } from './documents';
import { exitOfResult, EXIT, type ExitCode } from './exit-codes';
import { renderResult } from './render/result';
import type { ReasonView } from './reason-view';

/** How a call that drives a run ended, as data. */
export interface ResultView {
  readonly run: string | null;
  readonly outcome: RunResult['outcome'] | 'already-completed' | 'left';
  readonly changed: boolean;
  readonly phase: string | null;
  readonly step: string | null;
  readonly reason: ReasonView | null;
  readonly choices: readonly Choice[];
  readonly outageSeconds: number | null;
  readonly next: string | null;
  readonly log: string | null;
}

export function resultAnswer(view: ResultView, exit: ExitCode): Answer {
  const { run, outcome, changed, phase, outageSeconds, next, choices, ...more } = view;
  return {
    exit,
    document: document('result', outcome, { changed, run, phase, outageSeconds, next, choices }, more),
    render: (paper) => renderResult(view, paper),
  };
}

export function exitOfView(result: RunResult | 'left'): ExitCode {
  return result === 'left' ? EXIT.paused : exitOfResult(result);
}
