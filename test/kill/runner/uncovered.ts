import { storeFacts } from '@pawl/engine';
import { openStore } from '@pawl/store';
import { join } from 'node:path';
import { copyOf, newFolder } from './folders';
import { CONTROLLER } from './order';
import type { Recording } from './recording';
import type { Subject } from './subject';

/** Steps of the machine, forward and back, that no recording has passed although they have something to do in this cluster. */
export async function uncoveredSteps(
  subject: Subject,
  recordings: readonly Recording[],
): Promise<readonly string[]> {
  const { spec } = subject.machine;
  const passed = new Set(recordings.flatMap(({ stretches }) => stretches.map(({ place }) => place)));
  const end = recordings[0]!.stretches.at(-1)!.dir;
  const copy = await copyOf(join(end, CONTROLLER), join(newFolder(), 'end'));
  const store = openStore(join(copy, 'pawl.db'));
  try {
    const { run } = subject;
    const scope = {
      run,
      choices: spec.checkChoices(store.load(run)?.choices ?? {}),
      facts: storeFacts(store, run),
    };
    return [...spec.phases, ...spec.rollback].flatMap((phase) =>
      phase.steps
        .filter((step) => !passed.has(`${phase.name}/${step.name}`))
        .filter((step) => step.targets?.(scope).length !== 0)
        .map((step) => `${phase.name}/${step.name}`),
    );
  } finally {
    store.close();
  }
}
