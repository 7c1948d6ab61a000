import {
  createEngine,
  positionOf,
  type Engine,
  type EngineEvent,
  type RunResult,
  type Store,
} from '@pawl/engine';
import type { ReadHands, WorkHands } from '@pawl/fleet';
import { processOwners } from '@pawl/store';
import { conclusionOf } from './conclusion-of';
import { isLive, type Context } from './context';
import { allRows } from './database';
import type { Answer } from './documents';
import { errorView } from './errors';
import { eventLine } from './event-line';
import type { CliMachine } from './machines';
import { nextCommand } from './next-command';
import { outageSeconds } from './outage';
import type { Connection } from './parts';
import { showProgress, type Progress } from './progress';
import { choicesOf, reasonView } from './reason-view';
import { exitOfView, resultAnswer } from './result-answer';
import { openRunLog, type RunLog } from './run-log';
import { watchSignals } from './signals';
import { runDir } from './state-dir';
import { hasChanged } from './has-changed';

export interface DriveOptions {
  readonly run: string;
  readonly machine: CliMachine;
  readonly store: Store;
  readonly connection: Connection;
  readonly inventory: string | undefined;
  /** start, resume or decide: returns when the run rests. */
  readonly act: (engine: Engine) => Promise<RunResult>;
}

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
  const progress = showProgress({
    run,
    machine,
    rows: store.load(run) === undefined ? [] : allRows(store, run),
    sink: context.out.stderr,
    live: isLive(context),
    level: context.level,
    now: () => context.now(),
  });
  const pausing = new AbortController();
  const engine = createEngine<ReadHands, WorkHands>({
    store,
    machines: context.parts.machines.map((known) => known.machine),
    fleet: options.connection.fleet,
    owners: processOwners(),
    signal: pausing.signal,
    now: () => context.now(),
    ...(context.io.faultPoint === undefined ? {} : { faultPoint: context.io.faultPoint }),
  });
  engine.onEvent((event) => {
    progress.on(event);
    logEvent(log, event);
    if (context.flags.events === true) context.out.stdout.write(eventLine(event, context.now()));
  });
  const signals = listen(context, progress, log, pausing);
  try {
    const result = await Promise.race([options.act(engine), signals.left]);
    progress.stop();
    return answer(context, options, result, log);
  } catch (error) {
    progress.stop();
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log.log('error', 'the command failed', { code: errorView(error).code, stack });
    throw error;
  } finally {
    signals.stop();
    await log.close();
  }
}

function listen(
  context: Context,
  progress: Progress,
  log: RunLog,
  pausing: AbortController,
): { readonly left: Promise<'left'>; readonly stop: () => void } {
  let stop = (): void => undefined;
  const left = new Promise<'left'>((resolve) => {
    stop = watchSignals(context.io.signalSource, {
      pause(signal) {
        log.log('info', 'asked to pause', { signal });
        progress.say(
          `${signal}: pausing at the next safe point: ${safePoint(progress)}. Nothing on a host is ended. Once more to leave at once.`,
        );
        progress.note('pausing');
        pausing.abort();
      },
      leave(signal) {
        log.log('warn', 'leaving at once', { signal });
        progress.say(
          `${signal} again: leaving at once. What was begun on a host goes on there; the run is resumable.`,
        );
        resolve('left');
      },
      hangup: () => log.log('info', 'the terminal is gone; the run goes on'),
    });
  });
  return { left, stop };
}

/** Which one it will be, as far as is known now. */
function safePoint(progress: Progress): string {
  const { busy, phase, step } = progress.view();
  if (step === undefined || busy.length === 0) return `before the next step of ${phase}`;
  const hosts = busy.filter((name) => name !== '-');
  return `when ${phase}/${step}${hosts.length === 0 ? '' : ` on ${hosts.join(', ')}`} has ended, before the next step`;
}

function logEvent(log: RunLog, event: EngineEvent): void {
  if (event.type === 'journal') {
    const { seq, kind, at, data } = event.row;
    log.log(kind === 'in-doubt' || kind === 'paused' ? 'warn' : 'info', kind, { seq, at, data });
  } else {
    const { phase, step, target, message } = event;
    log.log('debug', message, { phase, step, target });
  }
}

function answer(context: Context, options: DriveOptions, result: RunResult | 'left', log: RunLog): Answer {
  const { run, store, machine } = options;
  const rows = store.load(run) === undefined ? [] : allRows(store, run);
  const rest = result === 'left' ? undefined : result;
  const reason = rest?.reason;
  const position = rest ?? lastPosition(store, run);
  return resultAnswer(
    {
      run,
      outcome: rest?.outcome ?? 'left',
      changed: rest?.changed ?? hasChanged(store.intents(run), machine),
      phase: position.phase,
      step: position.step ?? null,
      reason: reasonView(reason),
      choices: choicesOf(reason),
      outageSeconds: outageSeconds(machine.outage(rows), context.now()),
      next: nextCommand(
        {
          run,
          state: rest?.outcome ?? 'crashed',
          choices: choicesOf(reason),
          inventory: options.inventory,
        },
        context.place,
      ),
      conclusion: conclusionOf(store, store.load(run), machine),
      log: log.file,
    },
    exitOfView(result),
  );
}

function lastPosition(store: Store, run: string): { readonly phase: string; readonly step?: string } {
  const record = store.load(run);
  if (record === undefined) return { phase: '' };
  const at = positionOf(record.checkpoint.snapshot['value']);
  return at.direction === 'ended' ? { phase: at.ended } : at;
}
