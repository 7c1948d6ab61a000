import type { Engine, Store } from '@pawl/engine';
import { isLive, type Context } from './context';
import { allRows } from './database';
import { eventLine } from './event-line';
import { followRows } from './follow-rows';
import type { CliMachine } from './machines';
import { showProgress } from './progress';
import { statusLine } from './render/progress';

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
  for await (const row of followRows(store, engine, run, rows.at(-1)?.seq ?? 0)) {
    const event = { type: 'journal', row } as const;
    progress.on(event);
    if (context.flags.events === true) context.out.stdout.write(eventLine(event, context.now()));
  }
  progress.stop();
}
