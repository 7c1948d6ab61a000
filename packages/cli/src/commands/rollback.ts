import { isUnfinished, PawlError, type RunRecord, type Store } from '@pawl/engine';
import { placeText } from '../backup-place';
import { changedSince, refuseChangedSince } from '../changed-since';
import type { Context } from '../context';
import { openExistingToWrite, withStore } from '../database';
import type { Answer } from '../documents';
import { machineOfRun } from '../find-machine';
import { goBack, type GoBackFlags } from '../go-back';
import type { CliMachine } from '../machines';
import { backupOf, offerRestore, tellOffer, type RestoreOffer } from '../offer-restore';
import { restore, type RestoreRunFlags } from '../restore';
import { surveyRestore, type RestoreFlags } from '../restore-survey';
import type { ResultView } from '../result-view';
import { alreadyRestored, alreadyRolledBack, refusedByGone, untouched } from '../rollback-answer';
import { takenBackBy } from '../taken-back-by';
import { newestRun, whichRun } from '../which-run';

export type RollbackFlags = GoBackFlags & Partial<RestoreFlags> & RestoreRunFlags;

/**
 * `pawl rollback [RUN]`: takes a run back by what it has set aside; where that is gone, it offers a restore in its place.
 * `pawl rollback --from [HOST:]DIR`: a restore, where no run is known or the one that is named has ended.
 */
export async function rollback(
  context: Context,
  named: string | undefined,
  flags: RollbackFlags,
): Promise<Answer> {
  checkFlags(flags);
  const { from } = flags;
  if (from !== undefined)
    return restore(context, await surveyRestore(context, named, { ...flags, from }), flags);
  const taken = await withStore(openExistingToWrite(context.place), (store) =>
    takeBack(context, store, named, flags),
  );
  if (!('offer' in taken)) return taken;
  const { offer, run } = taken;
  for (const line of tellOffer(offer)) context.say(line);
  const asked = await surveyRestore(context, offer.run, { ...flags, from: placeText(backupOf(offer)) });
  return restore(context, asked, flags, { run, gone: offer.gone });
}

/** A restore that is offered instead, and how the run stands that it is for. */
interface Offered {
  readonly offer: RestoreOffer;
  readonly run: ResultView;
}

async function takeBack(
  context: Context,
  store: Store,
  named: string | undefined,
  flags: RollbackFlags,
): Promise<Answer | Offered> {
  const { machines } = context.parts;
  const records = store.list();
  const record = whichRun(records, named ?? doneBefore(records, machines), context.place.database);
  const machine = machineOfRun(machines, record.run, record.machineId);
  const found = { store, record, machine };
  if (record.state === 'rolled-back') return alreadyRolledBack(context, found);
  if (!isUnfinished(record)) {
    const restored = takenBackBy(found, records, machines);
    if (restored !== undefined) return alreadyRestored(context, found, restored);
    const later = changedSince(found, records, machines);
    if (later !== undefined) refuseChangedSince(context, found, later);
  }
  const offer = await offerRestore(context, found, flags.hostDead ?? []);
  if (offer === undefined) return goBack(context, found, flags);
  if (isUnfinished(record) || !offer.isRestorable) return refusedByGone(context, found, offer);
  return { offer, run: { ...untouched(context, found), outcome: 'refused', next: null } };
}

/** Said once more without a name, after the last run was taken back: that one is meant, and nothing is left to do. */
function doneBefore(records: readonly RunRecord[], machines: readonly CliMachine[]): string | undefined {
  const checks = machines.filter(({ checksBackupsOf }) => checksBackupsOf !== undefined);
  // A check of backups in between has taken nothing anywhere.
  const last = newestRun(records.filter(({ machineId }) => !checks.some(({ id }) => id === machineId)));
  return last?.state === 'rolled-back' && !records.some(isUnfinished) ? last.run : undefined;
}

function checkFlags({ from, dbFrom, pauseBefore, hostDead, reason }: RollbackFlags): void {
  if (from === undefined && (dbFrom ?? pauseBefore) !== undefined)
    throw new PawlError(
      'E_USAGE',
      `${dbFrom === undefined ? '--pause-before' : '--db-from'} belongs to --from`,
      { hint: 'A restore names its backup: pawl rollback --from HOST:DIR -i INVENTORY' },
    );
  if (hostDead === undefined || reason !== undefined) return;
  throw new PawlError('E_USAGE', '--host-dead wants a --reason', {
    hint: 'It goes into the journal: --reason "what makes you sure that it will not come back".',
  });
}
