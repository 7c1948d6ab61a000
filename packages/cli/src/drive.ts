import { createEngine } from '@pawl/engine';
import type { ReadHands, WorkHands } from '@pawl/fleet';
import { processOwners } from '@pawl/store';
import { isLive, type Context } from './context';
import { allRows } from './database';
import type { Answer } from './documents';
import { driveAnswer } from './drive-answer';
import type { DriveOptions } from './drive-options';
import { errorView } from './errors';
import { eventHooks } from './event-hooks';
import { eventLine } from './event-line';
import { listenForSignals } from './listen-for-signals';
import { logEvent } from './log-event';
import { showProgress } from './progress';
import { redactObject } from '@pawl/okd';
import { openRunLog } from './run-log';
import { runDir } from './state-dir';

/**
 * Drives a run until it rests, and shows it: log, progress, events, signals. When it returns, the result is durable and the
 * log written. After a second signal it returns while the engine is still at work: the caller must end the process, which is
 * a crash like any other; nothing on a host is ended by it.
 */
export async function drive(context: Context, options: DriveOptions): Promise<Answer> {
  const { run, machine, store } = options;
  const log = openRunLog(runDir(context.place, run), (error) =>
    context.say(`The log can't be written (${error.message}); the run goes on`),
  );
  const rows = store.load(run) === undefined ? [] : allRows(store, run);
  const progress = showProgress({
    run,
    machine,
    rows,
    sink: context.out.stderr,
    live: isLive(context),
    level: context.level,
    now: () => context.now(),
  });
  const hooks = eventHooks(context, {
    run,
    machine,
    rows,
    command: options.onEvent,
    warn(text) {
      log.log('warn', text);
      progress.say(text);
    },
  });
  const pausing = new AbortController();
  const engine = createEngine<ReadHands, WorkHands>({
    store,
    machines: context.parts.machines.map((known) => known.machine),
    fleet: options.connection.fleet,
    owners: processOwners(),
    redact: redactObject,
    signal: pausing.signal,
    now: () => context.now(),
    ...(context.io.faultPoint === undefined ? {} : { faultPoint: context.io.faultPoint }),
  });
  engine.onEvent((event) => {
    progress.on(event);
    if (event.type === 'journal') hooks.on(event.row);
    logEvent(log, event);
    if (context.flags.events === true) context.out.stdout.write(eventLine(event, context.now()));
  });
  const signals = listenForSignals(context, progress, log, pausing);
  try {
    const result = await Promise.race([options.act(engine), signals.left]);
    await Promise.race([hooks.settle(), signals.left]);
    progress.stop();
    return driveAnswer(context, options, result, log.file);
  } catch (error) {
    const view = errorView(error);
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log.log('error', 'the command failed', { code: view.code, stack });
    hooks.failed(view);
    await Promise.race([hooks.settle(), signals.left]);
    progress.stop();
    throw error;
  } finally {
    hooks.kill();
    signals.stop();
    await log.close();
  }
}
