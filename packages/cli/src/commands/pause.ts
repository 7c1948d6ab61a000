import { commandLine } from '../command-line';
import type { Context } from '../context';
import { openExistingToWrite, withStore } from '../database';
import { document, type Answer } from '../documents';
import { EXIT } from '../exit-codes';
import { lookAgain } from '../look-again';
import { nextCommand } from '../next-command';
import { readEngine } from '../read-engine';
import { renderPause } from '../render/pause';
import { whichRun } from '../which-run';

/** `pawl pause RUN`: asks its owner to pause at the next safe point. Durable when it returns; not yet paused. */
export async function pause(context: Context, named: string | undefined): Promise<Answer> {
  const { place } = context;
  return withStore(openExistingToWrite(place), (store) => {
    const { run, machineId, choices } = whichRun(store.list(), named, place.database);
    const machine = context.parts.machines.find(({ id }) => id === machineId);
    const engine = readEngine(context, store);
    const status = engine.status(run);
    const atWork = status.state === 'running' || status.state === 'elsewhere';
    if (atWork) engine.pause(run, context.io.who);
    const outcome = atWork ? 'pause-requested' : 'already-at-rest';
    const next = atWork
      ? commandLine(place, 'status', run, '--follow')
      : nextCommand(
          {
            ...{ run, state: status.state, choices: status.reason?.choices ?? [] },
            again: lookAgain(machine, choices),
          },
          place,
        );
    const view = {
      run,
      outcome,
      state: status.state,
      phase: status.phase,
      step: status.step ?? null,
      next,
    } as const;
    return {
      exit: EXIT.done,
      document: document(
        'pause',
        outcome,
        { run, phase: status.phase, next },
        { state: status.state, step: view.step },
      ),
      render: (paper) => renderPause(view, paper),
    };
  });
}
