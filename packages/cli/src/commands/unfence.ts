import { isUnfinished, PawlError, type Store } from '@pawl/engine';
import { fencesToOpen, isSeen, openFences, type SeenHost, type UnseenHost } from '@pawl/fleet';
import { commandLine } from '../command-line';
import { confirm } from '../confirm';
import type { Context } from '../context';
import { openToRead, openToWrite, withStore } from '../database';
import { document, type Answer } from '../documents';
import { EXIT } from '../exit-codes';
import { machineFor, operationsOf } from '../find-machine';
import { inventoryFor } from '../inventory-for';
import { readEngine } from '../read-engine';
import { renderUnfence, renderUnfencePlan } from '../render/unfence';
import { connectTo, withConnection } from '../survey';
import { unfenceView, type UnfenceView } from '../unfence-view';

export interface UnfenceFlags {
  readonly inventory?: string;
  readonly machine?: string;
  readonly reason?: string;
  readonly hostDead?: readonly string[];
  readonly takeOver?: boolean;
  readonly yes?: boolean;
}

/**
 * `pawl unfence -i INVENTORY RUN --reason WHY`: gives a run up. Works from the hosts alone; where the run is in this database,
 * it becomes `abandoned` first, so that nobody takes it up while its fences are opened. Killed in between, it is said once more.
 * Never: a fence opened while a job of the run is known to be at work on any host. What the run holds stays held.
 */
export async function unfence(context: Context, run: string, flags: UnfenceFlags): Promise<Answer> {
  const reason = (flags.reason ?? '').replaceAll(/\s+/g, ' ').trim();
  if (reason === '')
    throw new PawlError('E_USAGE', 'a run is only given up with a reason', {
      hint: 'It stays in the record of every host: --reason "why nobody will go on with it".',
    });
  const machine = machineFor(operationsOf(context.parts.machines), flags.machine);
  const choices = machine.choices(await inventoryFor(context.io, flags.inventory), {});
  const names = machine.hostsOf(choices).map(({ name }) => name);
  const dead = flags.hostDead ?? [];
  checkNames(dead, names);
  const connection = connectTo(context, machine, choices, run);
  return withConnection(connection, async () => {
    const looks = await connection.fences.look(run);
    const toOpen = fencesToOpen(looks, { run, dead });
    const isOpen = await withRun(context, run, openToRead, (store) =>
      checkDriven(context, store, run, flags),
    );
    const view = unfenceView({ run, reason, looks, dead, toOpen, inDatabase: isOpen === true });
    if (toOpen.length === 0 && isOpen !== true) return nothingToOpen(context, view, looks, flags);
    const { stderr } = context.out;
    stderr.write(renderUnfencePlan(view, stderr));
    await confirm(context, {
      name: machine.pointOfNoReturnName(choices),
      what: `${run} will be over, and cannot be resumed or rolled back.`,
      yes: flags.yes === true,
    });
    if (isOpen === true) await abandon(context, run, reason, flags);
    await openFences(connection.fences, toOpen, { run, by: context.io.who, reason });
    return answer(context, view, 'unfenced', flags);
  });
}

function checkNames(dead: readonly string[], names: readonly string[]): void {
  const unknown = dead.filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new PawlError('E_USAGE', `--host-dead ${unknown.join(', ')}: no such host in the inventory`, {
      hint: `It has: ${names.join(', ')}.`,
    });
}

/** `use`, with the database where there is one that has the run. */
async function withRun<T>(
  { place }: Context,
  run: string,
  open: (place: Context['place']) => Store | undefined,
  use: (store: Store) => T,
): Promise<T | undefined> {
  const store = open(place);
  if (store === undefined) return undefined;
  return withStore(store, (s) => (s.load(run) === undefined ? undefined : use(s)));
}

/** @returns whether the run is unfinished here. @throws PawlError `E_OWNED` where somebody drives it */
function checkDriven(context: Context, store: Store, run: string, { takeOver }: UnfenceFlags): boolean {
  const { record, state } = readEngine(context, store).status(run);
  const { who, host, pid } = record.claim.owner;
  if (state === 'running' || (state === 'elsewhere' && takeOver !== true))
    throw new PawlError('E_OWNED', `${run} is being driven by ${who}@${host}, process ${pid}`, {
      where: context.place.database,
      hint:
        state === 'running'
          ? `Ask it to pause first: ${commandLine(context.place, 'pause', run)}`
          : 'That machine can’t be seen from here. Where you know that nobody is at work there: --take-over',
      facts: { run, who, host, pid },
    });
  return isUnfinished(record);
}

async function abandon(context: Context, run: string, reason: string, flags: UnfenceFlags): Promise<void> {
  const takeOver = flags.takeOver === true;
  await withRun(context, run, openToWrite, (store) =>
    readEngine(context, store).abandon({ run, reason, takeOver }),
  );
}

/** Opened before, or never planted: nothing is changed. */
function nothingToOpen(
  context: Context,
  view: UnfenceView,
  looks: readonly (SeenHost | UnseenHost)[],
  flags: UnfenceFlags,
): Answer {
  if (view.hosts.some(({ state }) => state === 'ended'))
    return answer(context, view, 'already-unfenced', flags);
  const others = looks
    .filter(isSeen)
    .flatMap(({ host, fence }) => (fence === undefined ? [] : [`${host}: ${fence.run}`]));
  throw new PawlError('E_NO_FENCE', `no host carries a fence of ${view.run}, nor a record of it`, {
    hint:
      others.length === 0
        ? 'No run holds these hosts.'
        : `Others hold them (${others.join(', ')}). See: pawl status -i INVENTORY`,
    facts: { run: view.run },
  });
}

function answer(
  context: Context,
  view: UnfenceView,
  outcome: 'unfenced' | 'already-unfenced',
  { inventory }: UnfenceFlags,
): Answer {
  const next = commandLine(context.place, 'check', ...(inventory === undefined ? [] : ['-i', inventory]));
  const { run, ...more } = view;
  return {
    exit: EXIT.done,
    document: document('unfence', outcome, { run, changed: outcome === 'unfenced', next }, { ...more }),
    render: (paper) => renderUnfence(view, outcome, next, paper),
  };
}
