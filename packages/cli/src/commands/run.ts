import { askConsent, type ConsentFlags } from '../ask-consent';
import { commandLine } from '../command-line';
import type { Context } from '../context';
import { openToWrite, withStore } from '../database';
import type { Answer } from '../documents';
import { drive } from '../drive';
import { checkPhase } from '../find-machine';
import type { Connection } from '../parts';
import { refuseUnfinished } from '../refuse-unfinished';
import { stoppedByCheck } from '../stopped-by-check';
import {
  connectTo,
  inspect,
  namedByHosts,
  survey,
  withConnection,
  type Survey,
  type SurveyFlags,
} from '../survey';

export interface RunFlags extends SurveyFlags, ConsentFlags {
  readonly onEvent?: string;
}

/**
 * `pawl run`: check, plan, consent, then the run. Until consent was given nothing has been changed and no run exists: no
 * host, no database, no folder.
 */
export async function run(context: Context, flags: RunFlags): Promise<Answer> {
  const asked = await survey(context, flags);
  checkPhase(asked.machine, flags.pauseBefore);
  await refuseUnfinished(context, asked);
  const connection = connectTo(context, asked.machine, asked.choices, asked.run);
  return withConnection(connection, async () => {
    const report = await inspect(context, asked, connection);
    const found = await namedByHosts(context, asked, report);
    const stop = stoppedByCheck(context, found, report, flags.inventory);
    if (stop !== undefined) return stop;
    await askConsent(context, found, report, flags);
    return start(context, found, connection, flags);
  });
}

async function start(
  context: Context,
  found: Survey,
  connection: Connection,
  flags: RunFlags,
): Promise<Answer> {
  const { run: name, machine } = found;
  const choices = found.accepted(machine.pointOfNoReturnName(found.choices));
  return withStore(openToWrite(context.place), async (store) => {
    context.say(
      `${name} begins. You may close this terminal: the run goes on. See it from anywhere with the database: ${commandLine(context.place, 'status', name, '--follow')}`,
    );
    return drive(context, {
      run: name,
      machine,
      store,
      connection,
      inventory: flags.inventory,
      onEvent: flags.onEvent,
      act: (engine) =>
        engine.start({
          machineId: machine.id,
          run: name,
          choices,
          ...(flags.pauseBefore === undefined ? {} : { pauseBefore: flags.pauseBefore }),
        }),
    });
  });
}
