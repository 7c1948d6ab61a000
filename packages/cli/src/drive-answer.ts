import { positionOf, type JournalRow, type RunResult, type RunStatus, type Store } from '@pawl/engine';
import { conclusionOf } from './conclusion-of';
import type { Context } from './context';
import { allRows } from './database';
import type { Answer } from './documents';
import type { DriveOptions } from './drive-options';
import { exitOfFindings, findingsOf } from './findings-of';
import { hasChanged } from './has-changed';
import { lookAgain } from './look-again';
import { nextCommand, otherCommand } from './next-command';
import { outageSeconds } from './outage';
import { offeredChoices } from './offered-choices';
import { reasonView } from './reason-view';
import { exitOfView, resultAnswer } from './result-answer';
import { stoppedWayBack } from './stopped-way-back';

/** How driving a run ended, read back from the store: it says no more than what is durable. */
export function driveAnswer(
  context: Context,
  options: DriveOptions,
  result: RunResult | 'left',
  logFile: string,
): Answer {
  const { run, store, machine } = options;
  const record = store.load(run);
  const rows = record === undefined ? [] : allRows(store, run);
  const rest = result === 'left' ? undefined : result;
  const reason = rest?.reason;
  const position = lastPosition(store, run);
  const state = rest?.outcome ?? 'crashed';
  const findings = findingsOf(store, record, machine);
  const told = conclusionOf(store, record, machine);
  const ways = {
    reason: reasonView(reason),
    next: nextCommand(
      {
        run,
        state,
        choices: reason?.choices ?? [],
        again: lookAgain(machine, record?.choices ?? {}, options.inventory),
      },
      context.place,
    ),
    otherwise: otherCommand({ run, state }, position.direction, machine, context.place),
  };
  const stopped = {
    run,
    asked: options.asksBack === true,
    goesBack: position.direction === 'rollback',
    place: context.place,
  };
  return resultAnswer(
    {
      run,
      outcome: rest?.outcome ?? 'left',
      changed: rest?.changed ?? hasChanged(store.intents(run), machine),
      phase: position.phase,
      step: position.step ?? null,
      choices: offeredChoices({ run, state }, reason, context.place),
      outageSeconds: outageSeconds(machine.outage(rows), context.now()),
      ...(state === 'paused' ? stoppedWayBack(ways, stopped) : ways),
      conclusion: told.length > 0 ? told : (options.closing ?? []),
      log: logFile,
      findings,
    },
    exitOfFindings(findings) ?? exitOfView(result, options.asksBack === true || wasAsked(rows)),
  );
}

/** Whether a person asked for the way back that was taken last; by itself it is only taken after a failure. */
function wasAsked(rows: readonly JournalRow[]): boolean {
  return rows.findLast(({ kind }) => kind === 'rollback')?.data['asked'] !== false;
}

interface LastPosition {
  readonly direction: RunStatus['direction'];
  readonly phase: string;
  readonly step?: string;
}

function lastPosition(store: Store, run: string): LastPosition {
  const record = store.load(run);
  if (record === undefined) return { direction: 'forward', phase: '' };
  const at = positionOf(record.checkpoint.snapshot['value']);
  return at.direction === 'ended' ? { direction: 'ended', phase: at.ended } : at;
}
