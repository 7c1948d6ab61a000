import { PawlError } from '@pawl/engine';
import { checkView, findingJson } from '../check-view';
import { commandLine } from '../command-line';
import type { Context } from '../context';
import { document, type Answer } from '../documents';
import { checkPhase } from '../find-machine';
import { makePlan } from '../make-plan';
import { renderFindings } from '../render/check';
import { renderPlan } from '../render/plan';
import { connectTo, inspect, namedByHosts, survey, withConnection } from '../survey';
import { planRollback, type PlanRollbackFlags } from './plan-rollback';

export interface PlanFlags extends PlanRollbackFlags {
  readonly rollback?: boolean;
  readonly pauseBefore?: string;
}

/** `pawl plan`: what `run` would do, from the functions that it would run. It is given nothing that can change a host. */
export async function plan(context: Context, named: string | undefined, flags: PlanFlags): Promise<Answer> {
  if (flags.rollback === true) return planRollback(context, named, flags);
  refuseForward(named, flags);
  const asked = await survey(context, flags);
  checkPhase(asked.machine, flags.pauseBefore);
  const connection = connectTo(context, asked.machine, asked.choices, asked.run);
  const report = await withConnection(connection, () => inspect(context, asked, connection));
  const found = await namedByHosts(context, asked, report);
  const checked = checkView(context, found, report);
  const view = makePlan(found, report.facts, flags.pauseBefore);
  const name = view.pointOfNoReturn?.name;
  const ready = checked.outcome === 'ok';
  const next = ready
    ? commandLine(
        context.place,
        'run',
        ...(flags.inventory === undefined ? [] : ['-i', flags.inventory]),
        ...chosenFlags(flags),
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

function refuseForward(named: string | undefined, { script }: PlanFlags): void {
  if (named === undefined && script !== true) return;
  throw new PawlError(
    'E_USAGE',
    named === undefined ? '--script belongs to --rollback' : 'a run on record is planned back, not forward',
    { hint: 'For the way back: `pawl plan --rollback [RUN]`. For a new run: `pawl plan -i INVENTORY`.' },
  );
}

/** What was chosen for the plan, for the command that does it. */
function chosenFlags({ ttl, onFailure, maxOutage, pauseBefore }: PlanFlags): readonly string[] {
  const flags = {
    '--ttl': ttl,
    '--on-failure': onFailure,
    '--max-outage': maxOutage,
    '--pause-before': pauseBefore,
  };
  return Object.entries(flags).flatMap(([flag, value]) => (value === undefined ? [] : [flag, value]));
}
