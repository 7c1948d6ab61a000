import { PawlError, type Engine, type RunRecord, type RunResult, type Store } from '@pawl/engine';
import { conclusionOf } from '../conclusion-of';
import type { Context } from '../context';
import { openExistingToWrite, withStore } from '../database';
import type { Answer } from '../documents';
import { drive } from '../drive';
import { EXIT } from '../exit-codes';
import { checkPhase, machineOfRun } from '../find-machine';
import { exitOfFindings, findingsOf } from '../findings-of';
import { resultAnswer } from '../result-answer';
import { unlessDataIsLost } from '../rollback-answer';
import { checkSameCluster } from '../same-cluster';
import { connectTo, withConnection } from '../survey';
import { resumeFromHosts } from './resume-from-hosts';
import { whichRun } from '../which-run';

export interface ResumeFlags {
  readonly inventory?: string;
  readonly decide?: string;
  readonly reason?: string;
  readonly takeOver?: boolean;
  readonly pauseBefore?: string;
  readonly onEvent?: string;
  readonly fromHosts?: boolean;
}

/**
 * `pawl resume [RUN]`: goes on from the last committed step; with `--decide` it answers a run in doubt first; with `--from-hosts` it
 * rebuilds the run of a lost database, and goes no step.
 */
export async function resume(
  context: Context,
  named: string | undefined,
  flags: ResumeFlags,
): Promise<Answer> {
  checkDecision(flags);
  if (flags.fromHosts === true) return resumeFromHosts(context, named, flags);
  const { place } = context;
  return withStore(openExistingToWrite(place), async (store) => {
    const record = whichRun(store.list(), named, place.database);
    if (record.state === 'completed') return alreadyCompleted(context, store, record);
    const machine = machineOfRun(context.parts.machines, record.run, record.machineId);
    checkPhase(machine, flags.pauseBefore);
    await checkSameCluster(machine, record, context.io, flags.inventory);
    const connection = connectTo(context, machine, record.choices, record.run);
    return withConnection(connection, () =>
      // A way back that stopped while masters served may lose more by now than was accepted.
      unlessDataIsLost(context, { store, record, machine }, [], () =>
        drive(context, {
          run: record.run,
          machine,
          store,
          connection,
          inventory: flags.inventory,
          onEvent: flags.onEvent,
          act: (engine) => act(engine, record.run, flags),
        }),
      ),
    );
  });
}

function checkDecision(flags: ResumeFlags): void {
  const { fromHosts, decide, pauseBefore, takeOver } = flags;
  if (fromHosts === true && (decide !== undefined || pauseBefore !== undefined || takeOver === true))
    throw new PawlError('E_USAGE', '--from-hosts only rebuilds the run, it goes no step', {
      hint: 'Say it alone, read what it has found, then decide: pawl resume RUN --decide go-on --reason WHY, or pawl rollback RUN.',
    });
  if ((flags.decide === undefined) === (flags.reason === undefined)) return;
  throw new PawlError('E_USAGE', '--decide and --reason belong together', {
    hint: 'A decision goes into the journal with its reason: --decide CHOICE --reason "what makes you sure".',
  });
}

function act(engine: Engine, run: string, flags: ResumeFlags): Promise<RunResult> {
  const options = {
    run,
    ...(flags.takeOver === true ? { takeOver: true } : {}),
    ...(flags.pauseBefore === undefined ? {} : { pauseBefore: flags.pauseBefore }),
  };
  return flags.decide === undefined || flags.reason === undefined
    ? engine.resume(options)
    : engine.decide({ ...options, choice: flags.decide, reason: flags.reason });
}

function alreadyCompleted(context: Context, store: Store, record: RunRecord): Answer {
  const machine = context.parts.machines.find((known) => known.id === record.machineId);
  const findings = findingsOf(store, record, machine);
  return resultAnswer(
    {
      run: record.run,
      outcome: 'already-completed',
      changed: false,
      phase: null,
      step: null,
      reason: null,
      choices: [],
      outageSeconds: null,
      conclusion: conclusionOf(store, record, machine),
      next: null,
      otherwise: null,
      log: null,
      findings,
    },
    exitOfFindings(findings) ?? EXIT.done,
  );
}
