import { checkView, findingJson } from '../check-view';
import { commandLine } from '../command-line';
import type { Context } from '../context';
import { document, type Answer } from '../documents';
import { makePlan } from '../make-plan';
import { renderFindings } from '../render/check';
import { renderPlan } from '../render/plan';
import { connectTo, inspect, survey, withConnection, type SurveyFlags } from '../survey';

/** `pawl plan`: what `run` would do, from the functions that it would run. It is given nothing that can change a host. */
export async function plan(context: Context, flags: SurveyFlags): Promise<Answer> {
  const found = await survey(context, flags);
  const connection = connectTo(context, found.machine, found.choices, found.run);
  const report = await withConnection(connection, () => inspect(context, found, connection));
  const checked = checkView(context, found, report, flags.inventory);
  const view = makePlan(found, report.facts);
  const name = view.pointOfNoReturn?.name;
  const ready = checked.outcome === 'ok';
  const next = ready
    ? commandLine(
        context.place,
        'run',
        ...(flags.inventory === undefined ? [] : ['-i', flags.inventory]),
        ...(flags.ttl === undefined ? [] : ['--ttl', flags.ttl]),
        ...(name === undefined ? [] : ['--accept-point-of-no-return', name]),
      )
    : checked.next;
  return {
    exit: checked.exit,
    document: document(
      'plan',
      ready ? 'planned' : checked.outcome,
      { run: view.run, next },
      { plan: view, findings: checked.findings.map(findingJson) },
    ),
    render: (paper) =>
      `${renderPlan(view, paper)}\n${renderFindings(checked, paper)}${next === null ? '' : `Next: ${paper.colours.bold(next)}\n`}`,
  };
}
