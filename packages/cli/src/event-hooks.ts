import type { JournalRow, RunReason } from '@pawl/engine';
import type { Context } from './context';
import { startHook, type HookRun } from './event-hook';
import { hookDocument, type HookDocument } from './hook-document';
import { errorView } from './errors';
import { EXIT, exitOfError } from './exit-codes';
import type { CliMachine } from './machines';
import { outageSeconds } from './outage';
import { redactObject } from '@pawl/okd';

export interface EventHooks {
  /** A committed row. Starts the operator's command where it is one of those that are told; returns at once. */
  on(row: JournalRow): void;
  /** The command that drives the run fails in the middle of it; no row says so. */
  failed(reason: Pick<RunReason, 'code' | 'message'>): void;
  /** Returns when those that are at work have ended, or their time is over. */
  settle(): Promise<void>;
  /** Ends those that are at work, at once. */
  kill(): void;
}

export interface EventHooksOptions {
  readonly run: string;
  readonly machine: CliMachine;
  /** What the journal held before. */
  readonly rows: readonly JournalRow[];
  /** `--on-event`; undefined: nobody is told anything. */
  readonly command: string | undefined;
  /** Where a hook that went wrong is told. */
  readonly warn: (text: string) => void;
  /** Wall time a hook may take; 30 s if left out. */
  readonly limitMs?: number;
}

/**
 * Tells the operator's own command what happens to a run. Each is started at once and on its own: a slow one delays neither the run
 * nor the next, and the last (a pause, a failure, the end) is always begun. `seq` says their order.
 */
export function eventHooks(context: Context, options: EventHooksOptions): EventHooks {
  const { run, machine, command, warn, limitMs = 30_000 } = options;
  const rows = [...options.rows];
  const atWork = new Set<HookRun>();
  let over = false;

  const wentWrong = ({ event, phase }: HookDocument, what: string): void =>
    warn(
      `The hook of --on-event went wrong at ${event} of ${phase}: ${what}. The run is not touched by that.`,
    );
  const tell = (document: HookDocument): void => {
    if (command === undefined) return;
    try {
      const hook = startHook({ command, document: redactObject(document), io: context.io, limitMs });
      atWork.add(hook);
      void hook.ended.then((wrong) => {
        atWork.delete(hook);
        if (wrong !== undefined && !over) wentWrong(document, wrong);
      });
    } catch (error) {
      // A listener that throws would end the session.
      wentWrong(document, `it could not be started: ${errorView(error).message}`);
    }
  };

  return {
    on(row) {
      rows.push(row);
      const document = hookDocument(row, machine.outage(rows), context.now());
      if (document !== undefined) tell(document);
    },
    failed({ code, message }) {
      const last = rows.at(-1);
      // Nothing was committed: the command was refused, and the run is what it was before.
      if (last === undefined || rows.length === options.rows.length) return;
      const phase = rows.findLast(({ kind }) => kind === 'entered')?.data['phase'];
      tell({
        schema: 'pawl/event-hook/1',
        event: 'failure',
        run,
        seq: last.seq,
        phase: typeof phase === 'string' ? phase : '',
        step: null,
        state: exitOfError(code) === EXIT.owned ? 'elsewhere' : 'crashed',
        outageSeconds: outageSeconds(machine.outage(rows), context.now()),
        reason: { code, message },
        at: context.now().toISOString(),
      });
    },
    async settle() {
      await Promise.all([...atWork].map(({ ended }) => ended));
    },
    kill() {
      // What is said of them from now on nobody hears: the log is closed next.
      over = true;
      for (const hook of atWork) hook.kill();
    },
  };
}
