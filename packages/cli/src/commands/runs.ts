import type { Context } from '../context';
import { openToRead, withStore } from '../database';
import { document, type Answer } from '../documents';
import { EXIT } from '../exit-codes';
import { readEngine } from '../read-engine';
import { renderRuns, type RunLine } from '../render/runs';

/** `pawl runs`: what is on record, newest first. */
export async function runs(context: Context): Promise<Answer> {
  const store = openToRead(context.place);
  const lines: readonly RunLine[] =
    store === undefined
      ? []
      : await withStore(store, (s) => {
          const engine = readEngine(context, s);
          return engine.runs().map((record) => {
            const { state, phase } = engine.status(record.run);
            const { run, machineId: machine, createdAt, updatedAt } = record;
            return { run, state, phase, machine, createdAt, updatedAt };
          });
        });
  const newestFirst = [...lines].sort(
    (a, b) => b.createdAt.localeCompare(a.createdAt) || b.run.localeCompare(a.run),
  );
  return {
    exit: EXIT.done,
    document: document('runs', 'listed', {}, { database: context.place.database, runs: newestFirst }),
    render: (paper) => renderRuns(newestFirst, context.place.database, paper),
  };
}
