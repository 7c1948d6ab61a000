import { isUnfinished, PawlError, type JsonObject, type RunRecord } from '@pawl/engine';
import { placeText } from './backup-place';
import { commandLine } from './command-line';
import { conclusionOf } from './conclusion-of';
import type { Context } from './context';
import { allRows } from './database';
import { plain, type Answer } from './documents';
import { EXIT } from './exit-codes';
import type { FoundRun } from './found-run';
import { hasChanged } from './has-changed';
import { lookAgain } from './look-again';
import { nextCommand } from './next-command';
import type { RestoreOffer } from './offer-restore';
import { outageSeconds } from './outage';
import { readEngine } from './read-engine';
import { recordedFlags } from './recorded-flags';
import { recordedInventory } from './recorded-inventory';
import { resultAnswer } from './result-answer';
import type { ResultView } from './result-view';

/** What `act` answers; where it was refused since data would be lost: how much, and the command that accepts it, as it was given. */
export async function unlessDataIsLost(
  context: Context,
  found: FoundRun,
  given: readonly string[],
  act: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof PawlError) || error.code !== 'E_DATA_LOSS') throw error;
    return refusedByLoss(context, found, given, error);
  }
}

/** Nothing was done. */
function refusedByLoss(
  context: Context,
  found: FoundRun,
  given: readonly string[],
  { code, message, hint, facts }: PawlError,
): Answer {
  const { run, choices } = found.record;
  const name = facts?.['name'];
  const accepted = typeof name === 'string' ? name : found.machine.pointOfNoReturnName(choices);
  return resultAnswer(
    {
      ...untouched(context, found),
      outcome: 'refused',
      reason: { code, message, where: null, hint: hint ?? null, facts: facts ?? null },
      // Never the next thing by itself: automation that follows `next` must not lose data.
      next: commandLine(context.place, 'status', run),
      otherwise: commandLine(context.place, 'rollback', run, ...given, '--accept-data-loss', accepted),
    },
    EXIT.refused,
  );
}

export function alreadyRolledBack(context: Context, found: FoundRun): Answer {
  const { store, record, machine } = found;
  const { run, choices } = record;
  return resultAnswer(
    {
      ...untouched(context, found),
      outcome: 'already-rolled-back',
      conclusion: conclusionOf(store, record, machine),
      next: nextCommand(
        { run, state: 'rolled-back', choices: [], again: lookAgain(machine, choices) },
        context.place,
      ),
    },
    EXIT.done,
  );
}

/** By a backup, which was another run. */
export function alreadyRestored(context: Context, found: FoundRun, restored: RunRecord): Answer {
  const { choices } = found.record;
  const { from = '' } = recordedFlags(restored.choices);
  const machine = context.parts.machines.find(({ id }) => id === restored.machineId);
  return resultAnswer(
    {
      ...untouched(context, found),
      outcome: 'already-rolled-back',
      conclusion: [
        `${restored.run} has restored the backup ${from} since.`,
        ...conclusionOf(found.store, restored, machine),
      ],
      next: commandLine(context.place, ...lookAgain(found.machine, choices)),
    },
    EXIT.done,
  );
}

/**
 * What it has set aside is gone, and no restore can be offered: nothing was done. A run that still holds its hosts is given up first, by
 * name; after that a rollback of it offers the restore. What stood there before a restore is kept nowhere else.
 */
export function refusedByGone(context: Context, found: FoundRun, offer: RestoreOffer): Answer {
  const { run, choices } = found.record;
  const { gone } = offer;
  const inventory = recordedInventory(choices);
  const words = ['unfence', run, ...(inventory === undefined ? [] : ['-i', inventory])];
  return resultAnswer(
    {
      ...untouched(context, found),
      outcome: 'refused',
      reason: {
        code: 'E_ORIGINALS_GONE',
        message: `what ${run} set aside is gone: ${gone.map(placeText).join(', ')}`,
        where: run,
        hint: withoutOriginals(offer),
        facts: plain({ gone, from: offer.from ?? null }) as JsonObject,
      },
      next: commandLine(context.place, 'status', run),
      otherwise: isUnfinished(found.record)
        ? commandLine(context.place, ...words, '--reason', 'what it set aside is gone')
        : null,
    },
    EXIT.refused,
  );
}

function withoutOriginals({ run, state, from }: RestoreOffer): string {
  const elsewhere = 'a backup of another origin: pawl rollback --from HOST:DIR -i INVENTORY';
  if (state === 'completed')
    return `Put it back where it was. Without it there is nothing that ${run} could be taken back to, and the cluster stays as it is; or restore ${elsewhere}`;
  const givenUp = `give ${run} up, release by hand what it keeps from starting (\`pawl status -i INVENTORY\` lists it)`;
  return from === undefined
    ? `Put it back where it was; or ${givenUp}, and take ${elsewhere}`
    : `The backup ${placeText(from)} can be restored once ${run} lets its hosts go: ${givenUp}, then say \`pawl rollback ${run}\` again.`;
}

/** Of a run at which nothing was done by this command. */
export function untouched(
  context: Context,
  { store, record: { run }, machine }: FoundRun,
): Omit<ResultView, 'outcome' | 'next'> {
  const { phase, step } = readEngine(context, store).status(run);
  return {
    run,
    changed: hasChanged(store.intents(run), machine),
    phase,
    step: step ?? null,
    reason: null,
    choices: [],
    outageSeconds: outageSeconds(machine.outage(allRows(store, run)), context.now()),
    conclusion: [],
    otherwise: null,
    log: null,
  };
}
