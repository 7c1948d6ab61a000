import { isUnfinished, type RunStatus, type Store } from '@pawl/engine';
import { conclusionOf } from '../conclusion-of';
import type { Context } from '../context';
import { allRows, openExistingToRead, withStore } from '../database';
import { document, type Answer } from '../documents';
import { EXIT } from '../exit-codes';
import { followRun } from '../follow-run';
import { hasChanged } from '../has-changed';
import { lookAgain } from '../look-again';
import type { CliMachine } from '../machines';
import { nextCommand, otherCommand } from '../next-command';
import { readEngine } from '../read-engine';
import { renderStatus } from '../render/status';
import { statusView } from '../status-view';
import { newestRun, whichRun } from '../which-run';
import { statusOfHosts } from './status-of-hosts';

export interface StatusFlags {
  readonly inventory?: string;
  readonly follow?: boolean;
  readonly checkpoint?: boolean;
}

/**
 * `pawl status [RUN]`: where it stands and the one command to run next, from the database alone. `--follow` shows a run that
 * another process drives, until it rests. With `-i INVENTORY` the hosts are asked instead: see `statusOfHosts`.
 */
export async function status(
  context: Context,
  named: string | undefined,
  flags: StatusFlags,
): Promise<Answer> {
  const { inventory } = flags;
  if (inventory !== undefined) return statusOfHosts(context, named, { inventory });
  const { database } = context.place;
  return withStore(openExistingToRead(context.place), async (s) => {
    const records = s.list();
    // With nothing unfinished, the last run is what somebody who names none wants to see.
    const last = named ?? (records.some(isUnfinished) ? undefined : newestRun(records)?.run);
    const { run, machineId } = whichRun(records, last, database);
    const engine = readEngine(context, s);
    const machine = context.parts.machines.find((known) => known.id === machineId);
    if (flags.follow === true && machine !== undefined) await followRun(context, s, engine, machine, run);
    return answer(context, s, engine.status(run), machine, flags);
  });
}

function answer(
  context: Context,
  store: Store,
  found: RunStatus,
  machine: CliMachine | undefined,
  flags: StatusFlags,
): Answer {
  const { run } = found.record;
  const view = statusView({
    status: found,
    rows: allRows(store, run),
    changed: hasChanged(store.intents(run), machine),
    machine,
    place: context.place,
    now: context.now(),
    conclusion: conclusionOf(store, found.record, machine),
    withCheckpoint: flags.checkpoint === true,
    next: nextCommand(
      {
        run,
        state: found.state,
        choices: found.reason?.choices ?? [],
        again: lookAgain(machine, found.record.choices),
      },
      context.place,
    ),
    otherwise: otherCommand({ run, state: found.state }, found.direction, machine, context.place),
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
