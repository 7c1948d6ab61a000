import { PawlError, type RunRecord } from '@pawl/engine';
import { checkView, findingJson } from '../check-view';
import { commandLine } from '../command-line';
import { consent } from '../consent';
import { canAsk, type Context } from '../context';
import { openToRead, openToWrite, withStore } from '../database';
import { plain, type Answer } from '../documents';
import { drive } from '../drive';
import { checkPhase } from '../find-machine';
import type { CheckReport } from '../machines';
import { makePlan } from '../make-plan';
import type { Connection } from '../parts';
import { renderCheck, renderFindings } from '../render/check';
import { renderPlan } from '../render/plan';
import { resultAnswer } from '../result-answer';
import type { ResultView } from '../result-view';
import { connectTo, inspect, survey, withConnection, type Survey, type SurveyFlags } from '../survey';
import { isUnfinished } from '../which-run';

export interface RunFlags extends SurveyFlags {
  readonly acceptPointOfNoReturn?: string;
  readonly yes?: boolean;
  readonly pauseBefore?: string;
}

/**
 * `pawl run`: check, plan, consent, then the run. Until consent was given nothing has been changed and no run exists: no
 * host, no database, no folder.
 */
export async function run(context: Context, flags: RunFlags): Promise<Answer> {
  const found = await survey(context, flags);
  checkPhase(found.machine, flags.pauseBefore);
  await refuseUnfinished(context, found);
  const connection = connectTo(context, found.machine, found.choices, found.run);
  return withConnection(connection, async () => {
    const report = await inspect(context, found, connection);
    const stop = stopped(context, found, report, flags);
    if (stop !== undefined) return stop;
    await askConsent(context, found, report, flags);
    return start(context, found, connection, flags);
  });
}

/** An unfinished run on one of these hosts: the fences would say so too, later and less kindly. */
async function refuseUnfinished(context: Context, found: Survey): Promise<void> {
  const store = openToRead(context.place);
  if (store === undefined) return;
  const names = new Set(found.hosts.map((host) => host.name));
  const sameHosts = (record: RunRecord): boolean =>
    record.machineId === found.machine.id &&
    found.machine.hostsOf(record.choices).some((host) => names.has(host.name));
  const other = await withStore(store, (s) =>
    s.list().find((record) => isUnfinished(record) && sameHosts(record)),
  );
  if (other === undefined) return;
  throw new PawlError(
    'E_RUN_UNFINISHED',
    `the run ${other.run} of these hosts is unfinished (${other.state})`,
    {
      where: context.place.database,
      hint: `See where it stands: ${commandLine(context.place, 'status', other.run)}`,
      facts: { run: other.run, state: other.state },
    },
  );
}

/** Done before, or refused: the answer that ends the command here. */
function stopped(context: Context, found: Survey, report: CheckReport, flags: RunFlags): Answer | undefined {
  const view = checkView(context, found, report, flags.inventory);
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

async function askConsent(
  context: Context,
  found: Survey,
  report: CheckReport,
  flags: RunFlags,
): Promise<void> {
  const plan = makePlan(found, report.facts);
  const { stderr } = context.out;
  const ask = canAsk(context);
  // Whoever is asked has to see what for, however quiet it was meant to be.
  if (context.level !== 'quiet' || (ask && flags.acceptPointOfNoReturn === undefined))
    stderr.write(`${renderPlan(plan, stderr)}\n`);
  await consent(
    {
      name: found.machine.pointOfNoReturnName(found.choices),
      cost: plan.pointOfNoReturn?.cost ?? 'This changes the cluster.',
      given: flags.acceptPointOfNoReturn,
      yes: flags.yes === true,
      ask,
    },
    context.io,
    (text) => stderr.write(text),
  );
}

async function start(
  context: Context,
  found: Survey,
  connection: Connection,
  flags: RunFlags,
): Promise<Answer> {
  const { run: name, machine } = found;
  const choices = found.accepted(machine.pointOfNoReturnName(found.choices));
  return withStore(openToWrite(context.place), async (store) => {
    context.say(
      `${name} begins. You may close this terminal: the run goes on. See it from anywhere with the database: ${commandLine(context.place, 'status', name, '--follow')}`,
    );
    return drive(context, {
      run: name,
      machine,
      store,
      connection,
      inventory: flags.inventory,
      act: (engine) =>
        engine.start({
          machineId: machine.id,
          run: name,
          choices,
          ...(flags.pauseBefore === undefined ? {} : { pauseBefore: flags.pauseBefore }),
        }),
    });
  });
}
