import { PawlError, storeFacts, type RunStatus } from '@pawl/engine';
import { aheadOfRecords } from './ahead-of-records';
import { placeText } from './backup-place';
import type { Context } from './context';
import { errorView } from './errors';
import type { BackupPlace } from './machines';
import { readEngine } from './read-engine';
import type { FoundRun } from './found-run';
import { connectTo, withConnection } from './survey';

/** Why a run can't be taken back by what it has set aside, and which backup takes its place where that can be restored. */
export interface RestoreOffer {
  readonly run: string;
  readonly state: RunStatus['state'];
  /** What is not there any more. */
  readonly gone: readonly BackupPlace[];
  /** The best backup on a host that is left; undefined where there is none. */
  readonly from: BackupPlace | undefined;
  /** Whether a restore takes its place at all: what a restore has set aside is kept nowhere else. */
  readonly isRestorable: boolean;
}

/**
 * Whether the way back of a run has to be a restore: it was closed or given up, or what it has set aside is gone. Reads only.
 * Undefined where the way back is open, or nobody can say otherwise: it looks again before it moves anything.
 * @throws as `aheadOfRecords` tells, where the hosts know more of the run than this database; HostError where the run is over and
 * a host can't be asked
 */
export async function offerRestore(
  context: Context,
  found: FoundRun,
  dead: readonly string[],
): Promise<RestoreOffer | undefined> {
  const { store, record, machine } = found;
  const { run } = record;
  const isRestorable = context.parts.machines.some(({ restores }) => restores === machine.id);
  const { state, direction } = readEngine(context, store).status(run);
  const isOver = state === 'closed' || state === 'abandoned';
  if (machine.originalsGone === undefined || !STATES.includes(state) || (isOver && !isRestorable))
    return undefined;
  // On its way back, or in a cleanup, what was set aside is where that has put it.
  if (!isOver && state !== 'completed' && direction !== 'forward') return undefined;
  const facts = storeFacts(store, run);
  const { gone, ahead } = await lookForOriginals(context, found, facts, dead).catch((error: unknown) => {
    if (!isOver) return unseen(context, error);
    // A restore writes over what is in use.
    context.say(
      `No restore is offered: a host that can't be asked may know that ${run} was taken back already. Of one that is lost for good: --host-dead HOST`,
    );
    throw error;
  });
  if (ahead !== undefined) throw ahead;
  if (!isOver && gone.length === 0) return undefined;
  const backups = machine.backupsOf?.(record.choices, facts, run).backups ?? [];
  const from = backups.find(({ host }) => !dead.includes(host));
  // It never came as far as a backup: what is said of a run that is over is all there is to say.
  if (isOver && from === undefined) return undefined;
  return { run, state, gone, from, isRestorable };
}

const STATES: readonly RunStatus['state'][] = [
  'completed',
  'paused',
  'crashed',
  'in-doubt',
  'closed',
  'abandoned',
];

/** In words, for people: a line each. */
export function tellOffer({ run, state, gone, from }: RestoreOffer): readonly string[] {
  const why =
    state === 'closed'
      ? 'it was cleaned up'
      : state === 'abandoned'
        ? 'it was given up'
        : 'what it set aside is gone';
  return [
    `${run} can't be taken back to where it started: ${why}.`,
    ...gone.map(({ host, path }) => `  ${host}: ${path} is not there any more`),
    ...(from === undefined ? [] : [`A restore takes its place, from the backup ${placeText(from)}.`]),
  ];
}

interface Seen {
  readonly gone: readonly BackupPlace[];
  readonly ahead?: Error | undefined;
}

async function lookForOriginals(
  context: Context,
  found: FoundRun,
  facts: ReturnType<typeof storeFacts>,
  dead: readonly string[],
): Promise<Seen> {
  const { machine } = found;
  const { run, choices } = found.record;
  const names = machine.hostsOf(choices).map(({ name }) => name);
  const asked = names.filter((name) => !dead.includes(name));
  context.say(`Looking for what ${run} set aside on ${asked.join(', ')}; nothing is changed`);
  const connection = connectTo(context, machine, choices, run, dead);
  return await withConnection(connection, async () => {
    const ahead = await aheadOfRecords(context, found, connection);
    if (ahead !== undefined) return { gone: [], ahead };
    return { gone: (await machine.originalsGone?.(choices, facts, connection.hands, { run, dead })) ?? [] };
  });
}

function unseen(context: Context, error: unknown): Seen {
  const { code, message } = errorView(error);
  if (code === 'E_INTERNAL') throw error;
  context.say(`Whether it is all there could not be seen: ${message} (${code})`);
  return { gone: [] };
}

/** @throws PawlError `E_NO_BACKUP` */
export function backupOf({ run, gone, from }: RestoreOffer): BackupPlace {
  if (from !== undefined) return from;
  throw new PawlError(
    'E_NO_BACKUP',
    `what ${run} set aside is gone (${gone.map(placeText).join(', ')}), and no backup of it is on record`,
    {
      where: run,
      hint: 'With a backup of another origin: pawl rollback --from HOST:DIR -i INVENTORY',
      facts: { run },
    },
  );
}
