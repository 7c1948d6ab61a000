import { existsSync } from 'node:fs';
import { knowsClaim, PawlError, type LostRun, type RunStatus, type Store } from '@pawl/engine';
import { findLostRun, isSeen, type SeenHost } from '@pawl/fleet';
import { processOwners } from '@pawl/store';
import { commandLine } from '../command-line';
import type { Context } from '../context';
import { openToRead, openToWrite, withStore } from '../database';
import type { Answer } from '../documents';
import { EXIT } from '../exit-codes';
import { machineFor, machineOfRun, operationsOf, provesBackups } from '../find-machine';
import { DEFAULT_INVENTORY, inventoryFor } from '../inventory-for';
import { lookAgain } from '../look-again';
import { nextCommand, otherCommand } from '../next-command';
import { readEngine } from '../read-engine';
import { offeredChoices } from '../offered-choices';
import { reasonView } from '../reason-view';
import { resultAnswer } from '../result-answer';
import { untouched } from '../rollback-answer';
import { checkSameCluster } from '../same-cluster';
import { connectTo, withConnection } from '../survey';

export interface FromHostsFlags {
  readonly inventory?: string;
}

/**
 * `pawl resume --from-hosts -i INVENTORY [RUN]`: the run's database is lost, so the run is made anew from what its hosts keep of it,
 * and rests there, in doubt, until a person decides. Reads the hosts; changes none.
 */
export async function resumeFromHosts(
  context: Context,
  named: string | undefined,
  { inventory }: FromHostsFlags,
): Promise<Answer> {
  const { place, parts, io } = context;
  if (named !== undefined) await refuseKnown(context, named);
  const asked = machineFor(operationsOf(parts.machines), undefined);
  const choices = asked.choices(await inventoryFor(io, inventory), {});
  const connection = connectTo(context, asked, choices, named ?? 'from-hosts');
  const found = await withConnection(connection, async () => {
    const looks = await connection.fences.look(named);
    const seen = looks.filter(isSeen);
    refuseProof(context, seen, named, inventory);
    const run = await findLostRun(connection.fences, named, looks);
    await refuseLiving(context, seen, run);
    return run;
  });
  await refuseKnown(context, found.run);
  // Whose jobs keep too little for this is refused by the engine.
  const { machineId, choices: kept } = found.jobs[0]?.kept ?? {};
  if (typeof machineId === 'string' && typeof kept === 'object' && kept !== null && !Array.isArray(kept)) {
    const record = { run: found.run, choices: kept as typeof choices };
    const machine = machineOfRun(parts.machines, found.run, machineId);
    await checkSameCluster(machine, record, io, inventory ?? DEFAULT_INVENTORY);
  }
  return withStore(openToWrite(place), (store) =>
    answer(context, store, readEngine(context, store).rebuild(found), inventory),
  );
}

/** @throws PawlError `E_RUN_EXISTS`: what the database in use knows, it does not take from elsewhere */
async function refuseKnown(context: Context, run: string): Promise<void> {
  const store = openToRead(context.place);
  const known = store === undefined ? undefined : await withStore(store, (s) => s.load(run));
  if (known === undefined) return;
  throw new PawlError('E_RUN_EXISTS', `the database in use knows ${run} already`, {
    where: context.place.database,
    hint: `Go on with it: ${commandLine(context.place, 'status', run)}. Where that copy is older than the hosts, rebuild the run beside it: --db ANOTHER-FILE.`,
    facts: { run },
  });
}

/** It holds the host of its backup alone, and has changed nothing of the cluster. @throws PawlError `E_USAGE` */
function refuseProof(
  { place, parts }: Context,
  seen: readonly SeenHost[],
  named: string | undefined,
  inventory = DEFAULT_INVENTORY,
): void {
  const holders = new Set(seen.flatMap(({ fence }) => fence?.run ?? []));
  const [run = '', ...others] = named === undefined ? holders : [named];
  if (others.length > 0 || !provesBackups(parts.machines, run)) return;
  throw new PawlError('E_USAGE', `${run} proves backups: of it nothing is rebuilt`, {
    where: run,
    hint: `It has changed nothing of the cluster. Give it up, and check anew: ${commandLine(place, 'unfence', '-i', inventory, run, '--reason', 'WHY')}`,
    facts: { run },
  });
}

/** @throws PawlError `E_OWNED` where the database that the fences name is on this machine, and has the run as they know it */
async function refuseLiving(context: Context, seen: readonly SeenHost[], found: LostRun): Promise<void> {
  const { run } = found;
  const self = processOwners().self('').host;
  const here = seen.flatMap(({ fence }) =>
    fence?.run === run && fence.owner.endsWith(`@${self}`) ? [fence] : [],
  );
  for (const { database, claim } of here) {
    if (database === context.place.database || !existsSync(database)) continue;
    if (!(await isAsNew({ ...context.place, database }, found, claim))) continue;
    throw new PawlError('E_OWNED', `the database of ${run} is not lost: ${database} has it`, {
      where: database,
      hint: `Go on with it: pawl status ${run} --db ${database}`,
      facts: { run, database },
    });
  }
}

/** A database that can't be used is as good as lost; and so is a copy from before the claim, or a job, that the hosts know. */
async function isAsNew(place: Context['place'], { run, jobs }: LostRun, fenced: string): Promise<boolean> {
  try {
    const store = openToRead(place);
    if (store === undefined) return false;
    return await withStore(store, (s) => {
      const claim = s.load(run)?.claim;
      if (claim === undefined || !knowsClaim(claim, fenced)) return false;
      const known = new Set(s.intents(run).map(({ id }) => id));
      return jobs.every(({ intent }) => known.has(intent));
    });
  } catch (error) {
    if (error instanceof PawlError) return false;
    throw error;
  }
}

function answer(context: Context, store: Store, status: RunStatus, inventory: string | undefined): Answer {
  const { record, state, reason, direction } = status;
  const machine = machineOfRun(context.parts.machines, record.run, record.machineId);
  const ended = state === 'completed' || state === 'closed' ? state : undefined;
  const choices = offeredChoices({ run: record.run, state }, reason, context.place);
  const again = lookAgain(machine, record.choices, inventory);
  return resultAnswer(
    {
      ...untouched(context, { store, record, machine }),
      outcome: ended ?? 'in-doubt',
      reason: reasonView(reason),
      choices,
      conclusion: ended === undefined ? [] : [ENDED[ended]],
      next: nextCommand({ run: record.run, state, choices, again }, context.place),
      otherwise: otherCommand({ run: record.run, state }, direction, machine, context.place),
    },
    ended === undefined ? EXIT.inDoubt : EXIT.done,
  );
}

const ENDED = {
  completed: 'It had completed, and was rebuilt from its hosts: it can be rolled back, and cleaned up.',
  closed: 'It had been cleaned up, and was rebuilt from its hosts: it can be cleaned up further.',
} as const;
