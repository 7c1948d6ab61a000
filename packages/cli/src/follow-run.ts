import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine, Store } from '@pawl/engine';
import { isLive, type Context } from './context';
import { allRows } from './database';
import { eventLine } from './event-line';
import type { CliMachine } from './machines';
import { showProgress } from './progress';
import { statusLine } from './render/progress';

/** How often it looks, milliseconds. */
const POLL = 500;

/** Shows a run that another process drives, from the database alone, until it rests or its owner is dead. */
export async function followRun(
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
