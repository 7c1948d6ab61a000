import { positionOf, type RunResult, type Store } from '@pawl/engine';
import { conclusionOf } from './conclusion-of';
import type { Context } from './context';
import { allRows } from './database';
import type { Answer } from './documents';
import type { DriveOptions } from './drive-options';
import { hasChanged } from './has-changed';
import { nextCommand } from './next-command';
import { outageSeconds } from './outage';
import { choicesOf, reasonView } from './reason-view';
import { exitOfView, resultAnswer } from './result-answer';

/** How driving a run ended, read back from the store: it says no more than what is durable. */
export function driveAnswer(
  context: Context,
  options: DriveOptions,
  result: RunResult | 'left',
  logFile: string,
): Answer {
  const { run, store, machine } = options;
  const rows = store.load(run) === undefined ? [] : allRows(store, run);
  const rest = result === 'left' ? undefined : result;
  const reason = rest?.reason;
  const position = rest ?? lastPosition(store, run);
  return resultAnswer(
    {
      run,
      outcome: rest?.outcome ?? 'left',
      changed: rest?.changed ?? hasChanged(store.intents(run), machine),
      phase: position.phase,
      step: position.step ?? null,
      reason: reasonView(reason),
      choices: choicesOf(reason),
      outageSeconds: outageSeconds(machine.outage(rows), context.now()),
      next: nextCommand(
        {
          run,
          state: rest?.outcome ?? 'crashed',
          choices: choicesOf(reason),
          inventory: options.inventory,
        },
        context.place,
      ),
      conclusion: conclusionOf(store, store.load(run), machine),
      log: logFile,
    },
    exitOfView(result),
  );
}

function lastPosition(store: Store, run: string): { readonly phase: string; readonly step?: string } {
  const record = store.load(run);
  if (record === undefined) return { phase: '' };
  const at = positionOf(record.checkpoint.snapshot['value']);
  return at.direction === 'ended' ? { phase: at.ended } : at;
}
