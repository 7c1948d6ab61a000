import { checkView, findingJson } from './check-view';
import type { Context } from './context';
import { plain, type Answer } from './documents';
import type { CheckReport } from './machines';
import { renderCheck, renderFindings } from './render/check';
import { resultAnswer } from './result-answer';
import type { ResultView } from './result-view';
import type { Survey } from './survey';

/** Done before, or refused: the answer that ends the command here. */
export function stoppedByCheck(context: Context, found: Survey, report: CheckReport): Answer | undefined {
  const view = checkView(context, found, report);
  if (view.outcome === 'ok') {
    if (view.findings.some((f) => f.level === 'warning'))
      context.say(renderFindings(view, context.out.stderr));
    return undefined;
  }
  const done = view.outcome === 'already-completed';
  const refusals = view.findings.filter((f) => f.level === 'refusal').length;
  const result: ResultView = {
    run: null,
    outcome: done ? 'already-completed' : 'refused',
    changed: false,
    phase: null,
    step: null,
    reason: done
      ? null
      : {
          code: 'E_CHECK_REFUSED',
          message:
            refusals === 0
              ? 'it looks completed, but the evidence does not agree'
              : `the check found ${refusals} reason${refusals === 1 ? '' : 's'} not to go on`,
          where: null,
          hint: 'See the findings.',
          facts: null,
        },
    choices: [],
    outageSeconds: null,
    conclusion: [],
    next: view.next,
    otherwise: null,
    log: null,
  };
  const answer = resultAnswer(result, view.exit);
  return {
    ...answer,
    document: {
      ...answer.document,
      findings: plain(view.findings.map(findingJson)),
      evidence: plain(report.alreadyCompleted?.evidence),
    },
    render: (paper) => renderCheck(view, paper),
  };
}
