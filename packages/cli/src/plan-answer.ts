import { factsFrom } from '@pawl/engine';
import { checkView, findingJson } from './check-view';
import { commandLine } from './command-line';
import type { Context } from './context';
import { document, type Answer } from './documents';
import { checkPhase } from './find-machine';
import { makePlan } from './make-plan';
import type { PlanView } from './plan-view';
import { renderFindings } from './render/check';
import { renderPlan } from './render/plan';
import { scriptOf } from './script-of';
import { connectTo, inspect, namedByHosts, withConnection, type Survey } from './survey';

export interface PlanOptions {
  readonly pauseBefore?: string | undefined;
  /** By hand, without Pawl, instead. */
  readonly script?: boolean;
  /** The words of the command that does it. */
  readonly onward: (view: PlanView) => readonly string[];
}

/** Asks the hosts, then plans. It is given nothing that can change one. */
export async function planAnswer(context: Context, asked: Survey, options: PlanOptions): Promise<Answer> {
  const { pauseBefore } = options;
  checkPhase(asked.machine, pauseBefore);
  const connection = connectTo(context, asked.machine, asked.choices, asked.run);
  const report = await withConnection(connection, () => inspect(context, asked, connection));
  const found = await namedByHosts(context, asked, report);
  const checked = checkView(context, found, report);
  const view = makePlan(found, report.facts, pauseBefore);
  const { machine, run, choices } = found;
  const script = scriptOf(machine, run, choices, factsFrom(report.facts), options.script === true);
  const ready = checked.outcome === 'ok';
  const next = ready ? commandLine(context.place, ...options.onward(view)) : checked.next;
  return {
    exit: checked.exit,
    document: document(
      'plan',
      ready ? 'planned' : checked.outcome,
      { run: view.run, next },
      { plan: view, findings: checked.findings.map(findingJson), script },
    ),
    render: (paper) =>
      script ??
      `${renderPlan(view, paper)}\n${renderFindings(checked, paper)}${next === null ? '' : `Next: ${paper.colours.bold(next)}\n`}`,
  };
}
