import type { Store } from '@pawl/engine';
import { commandLine } from './command-line';
import type { Context } from './context';
import { openToWrite, withStore } from './database';
import type { Answer } from './documents';
import { drive } from './drive';
import { checkPhase } from './find-machine';
import type { CheckReport } from './machines';
import type { Connection } from './parts';
import { refuseUnfinished } from './refuse-unfinished';
import { connectTo, inspect, namedByHosts, withConnection, type Survey } from './survey';

export interface BeginOptions {
  readonly pauseBefore?: string | undefined;
  readonly onEvent?: string | undefined;
  /** What the check found is judged and consented to: an answer ends the command here. */
  readonly before: (found: Survey, report: CheckReport) => Promise<Answer | undefined>;
  /** What is answered when the run rests; its result, if left out. */
  readonly after?: (store: Store, found: Survey, result: Answer) => Answer;
}

/**
 * Check, plan, consent, then the run. Until consent was given nothing has been changed and no run exists: no host, no
 * database, no folder.
 */
export async function beginRun(context: Context, asked: Survey, options: BeginOptions): Promise<Answer> {
  checkPhase(asked.machine, options.pauseBefore);
  await refuseUnfinished(context, asked);
  const connection = connectTo(context, asked.machine, asked.choices, asked.run);
  return withConnection(connection, async () => {
    const report = await inspect(context, asked, connection);
    const found = await namedByHosts(context, asked, report);
    return (await options.before(found, report)) ?? start(context, found, connection, options);
  });
}

async function start(
  context: Context,
  found: Survey,
  connection: Connection,
  { pauseBefore, onEvent, after }: BeginOptions,
): Promise<Answer> {
  const { run: name, machine, inventory } = found;
  const choices = found.accepted(machine.pointOfNoReturnName(found.choices));
  return withStore(openToWrite(context.place), async (store) => {
    context.say(
      `${name} begins. You may close this terminal: the run goes on. See it from anywhere with the database: ${commandLine(context.place, 'status', name, '--follow')}`,
    );
    const result = await drive(context, {
      run: name,
      machine,
      store,
      connection,
      inventory,
      onEvent,
      act: (engine) =>
        engine.start({
          machineId: machine.id,
          run: name,
          choices,
          ...(pauseBefore === undefined ? {} : { pauseBefore }),
        }),
    });
    return after?.(store, found, result) ?? result;
  });
}
