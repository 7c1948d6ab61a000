import type { RunStatus } from '@pawl/engine';
import type { Context } from '../context';
import { openExistingToRead, withStore } from '../database';
import { document, type Answer } from '../documents';
import { EXIT } from '../exit-codes';
import { machineFor, machineOfRun } from '../find-machine';
import { machineGraph, type GraphView } from '../machine-graph';
import { readEngine } from '../read-engine';
import { renderGraph } from '../render/graph';
import { whichRun } from '../which-run';

export interface GraphFlags {
  readonly machine?: string;
}

/** `pawl graph [RUN]`: the machine as a mermaid diagram; with a run, where it stands. Asks no host. */
export async function graph(context: Context, named: string | undefined, flags: GraphFlags): Promise<Answer> {
  if (named === undefined)
    return answer(machineGraph(machineFor(context.parts.machines, flags.machine), null));
  const { database } = context.place;
  return withStore(openExistingToRead(context.place), (store) => {
    const { run, machineId } = whichRun(store.list(), named, database);
    const { direction, phase, step, state }: RunStatus = readEngine(context, store).status(run);
    const machine = machineOfRun(context.parts.machines, run, machineId);
    return answer(machineGraph(machine, { run, direction, phase, step: step ?? null, state }));
  });
}

function answer(view: GraphView): Answer {
  const mermaid = renderGraph(view);
  const about = { run: view.position?.run ?? null, phase: view.position?.phase ?? null };
  return {
    exit: EXIT.done,
    document: document('graph', 'drawn', about, { ...view, mermaid }),
    render: () => mermaid,
  };
}
