import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine, RunStatus, Store } from '@pawl/engine';
import { conclusionOf } from '../conclusion-of';
import { isLive, type Context } from '../context';
import { allRows, openExistingToRead, withStore } from '../database';
import { document, type Answer } from '../documents';
import { eventLine } from '../event-line';
import { EXIT } from '../exit-codes';
import { hasChanged } from '../has-changed';
import type { CliMachine } from '../machines';
import { nextCommand } from '../next-command';
import { showProgress } from '../progress';
import { choicesOf } from '../reason-view';
import { readEngine } from '../read-engine';
import { statusLine } from '../render/progress';
import { renderStatus } from '../render/status';
import { statusView } from '../status-view';
import { whichRun } from '../which-run';

export interface StatusFlags {
  readonly follow?: boolean;
  readonly checkpoint?: boolean;
}

/** How often `--follow` looks, milliseconds. */
const POLL = 500;

/**
 * `pawl status [RUN]`: where it stands and the one command to run next, from the database alone. `--follow` shows a run that
 * another process drives, until it rests.
 */
export async function status(
  context: Context,
  named: string | undefined,
  flags: StatusFlags,
): Promise<Answer> {
  const { database } = context.place;
  return withStore(openExistingToRead(context.place), async (s) => {
    const records = s.list();
    // With nothing unfinished, the last run is what somebody who names none wants to see.
    const last = named ?? (records.some(isOpen) ? undefined : newest(records)?.run);
    const { run, machineId } = whichRun(records, last, database);
    const engine = readEngine(context, s);
    const machine = context.parts.machines.find((known) => known.id === machineId);
    if (flags.follow === true && machine !== undefined) await follow(context, s, engine, machine, run);
    return answer(context, s, engine.status(run), machine, flags);
  });
}

const isOpen = ({ state }: { readonly state: string }): boolean =>
  ['running', 'paused', 'in-doubt'].includes(state);

function newest<T extends { readonly createdAt: string }>(records: readonly T[]): T | undefined {
  return [...records].sort((a, b) => a.createdAt.localeCompare(b.createdAt)).at(-1);
}

async function follow(
  context: Context,
  store: Store,
  engine: Engine,
  machine: CliMachine,
  run: string,
): Promise<void> {
  const rows = allRows(store, run);
  const progress = showProgress({
    run,
    machine,
    rows,
    sink: context.out.stderr,
    live: isLive(context),
    level: context.level,
    now: () => context.now(),
  });
  const { stderr } = context.out;
  if (context.level !== 'quiet')
    progress.say(`${run}: ${statusLine(progress.view(), context.now(), stderr)}`);
  let seen = rows.at(-1)?.seq ?? 0;
  for (;;) {
    const { state } = engine.status(run);
    // Read after the state: what was committed before it rested is shown before we stop.
    for (const row of allRows(store, run, seen)) {
      seen = row.seq;
      const event = { type: 'journal', row } as const;
      progress.on(event);
      if (context.flags.events === true) context.out.stdout.write(eventLine(event, context.now()));
    }
    if (state !== 'running' && state !== 'elsewhere') break;
    await sleep(POLL);
  }
  progress.stop();
}

function answer(
  context: Context,
  store: Store,
  found: RunStatus,
  machine: CliMachine | undefined,
  flags: StatusFlags,
): Answer {
  const { run } = found.record;
  const inventory = found.record.choices['inventoryFile'];
  const view = statusView({
    status: found,
    rows: allRows(store, run),
    changed: hasChanged(store.intents(run), machine),
    machine,
    database: context.place.database,
    now: context.now(),
    conclusion: conclusionOf(store, found.record, machine),
    withCheckpoint: flags.checkpoint === true,
    next: nextCommand(
      {
        run,
        state: found.state,
        choices: choicesOf(found.reason),
        inventory: typeof inventory === 'string' ? inventory : undefined,
      },
      context.place,
    ),
  });
  const { run: name, state, changed, phase, next, choices, outage, ...more } = view;
  return {
    exit: EXIT.done,
    document: document(
      'status',
      state,
      { changed, run: name, phase, outageSeconds: outage.seconds, next, choices },
      { outage, ...more },
    ),
    render: (paper) => renderStatus(view, paper),
  };
}
