import type { RunResult } from '@pawl/engine';
import { findingJson } from './check-view';
import { document, type Answer } from './documents';
import { EXIT, exitOfResult, type ExitCode } from './exit-codes';
import { renderResult } from './render/result';
import type { ResultView } from './result-view';

export function resultAnswer(view: ResultView, exit: ExitCode): Answer {
  const { run, outcome, changed, phase, outageSeconds, next, choices, findings = [], ...rest } = view;
  const more = { ...rest, ...(findings.length === 0 ? {} : { findings: findings.map(findingJson) }) };
  return {
    exit,
    document: document('result', outcome, { changed, run, phase, outageSeconds, next, choices }, more),
    render: (paper) => renderResult(view, paper),
  };
}

export function exitOfView(result: RunResult | 'left', asked: boolean): ExitCode {
  return result === 'left' ? EXIT.paused : exitOfResult(result, asked);
}
