import { factsFrom, planSteps, storeFacts, type JsonObject } from '@pawl/engine';
import { commandLine } from '../command-line';
import type { Context } from '../context';
import { openExistingToRead, withStore } from '../database';
import { document, type Answer } from '../documents';
import { EXIT } from '../exit-codes';
import { machineOfRun } from '../find-machine';
import { renderWayBack } from '../render/way-back';
import { scriptOf } from '../script-of';
import { connectTo, inspect, survey, withConnection, type SurveyFlags } from '../survey';
import { headOf, wayBackOf, type WayBackView } from '../way-back';
import { whichRun } from '../which-run';

export interface PlanRollbackFlags extends SurveyFlags {
  readonly script?: boolean;
}

/**
 * `pawl plan --rollback`: the way back of a run from where it stands, from the database alone; or, for an inventory, of a run that is
 * yet to be made. `--script`: the same by hand, without Pawl.
 */
export async function planRollback(
  context: Context,
  named: string | undefined,
  flags: PlanRollbackFlags,
): Promise<Answer> {
  const script = flags.script === true;
  return named === undefined && flags.inventory !== undefined
    ? ofInventory(context, flags, script)
    : ofRun(context, named, script);
}

async function ofRun(context: Context, named: string | undefined, script: boolean): Promise<Answer> {
  const { place } = context;
  return withStore(openExistingToRead(place), (store) => {
    const record = whichRun(store.list(), named, place.database);
    const machine = machineOfRun(context.parts.machines, record.run, record.machineId);
    const view = wayBackOf(machine, store, record);
    return answer(
      view,
      scriptOf(machine, record.run, record.choices, storeFacts(store, record.run), script),
      {
        run: record.run,
        phase: view.from,
        next: commandLine(place, 'rollback', record.run),
      },
    );
  });
}

/** Of a run that would be made: from its first change on, with what a check finds out. */
async function ofInventory(context: Context, flags: SurveyFlags, script: boolean): Promise<Answer> {
  const found = await survey(context, flags);
  const { machine, choices, run } = found;
  const connection = connectTo(context, machine, choices, run);
  const report = await withConnection(connection, () => inspect(context, found, connection));
  const facts = factsFrom(report.facts);
  const { rollback, pointOfNoReturn } = planSteps(machine.machine, {
    run,
    choices: machine.machine.spec.checkChoices(choices) as JsonObject,
    facts,
  });
  const name = machine.pointOfNoReturnName(choices);
  const view: WayBackView = {
    ...headOf(machine, run, choices),
    from: null,
    pointOfNoReturn: { name, at: pointOfNoReturn?.step ?? null, crossed: false },
    dead: [],
    leftBehind: [],
    phases: rollback,
  };
  return answer(view, scriptOf(machine, run, choices, facts, script), {
    run: null,
    phase: null,
    next: commandLine(
      context.place,
      'plan',
      ...(flags.inventory === undefined ? [] : ['-i', flags.inventory]),
    ),
  });
}

function answer(
  view: WayBackView,
  script: string | null,
  about: { readonly run: string | null; readonly phase: string | null; readonly next: string },
): Answer {
  return {
    exit: EXIT.done,
    document: document('way-back', 'planned', about, { wayBack: view, script }),
    render: (paper) =>
      script ??
      `${renderWayBack(view, paper)}\nNothing was changed.\nNext: ${paper.colours.bold(about.next)}\n`,
  };
}
