import { storeFacts, type Phase, type Scope } from '@pawl/engine';
import { openStore } from '@pawl/store';
import { join } from 'node:path';
import { copyOf, newFolder } from './folders';
import { CONTROLLER } from './order';
import type { Recording } from './recording';
import type { Subject } from './subject';

/** Steps of the machine, forward, back and of its cleanup, that no recording has passed. */
export interface NotPassed {
  /** Although they had something to do. */
  readonly uncovered: readonly string[];
  /** On these hosts, and on this way, they have nothing to do. */
  readonly idle: readonly string[];
}

/** What a step has to do is asked with what was known when it was due: where the next one began that was passed. */
export async function stepsNotPassed(subject: Subject, recordings: readonly Recording[]): Promise<NotPassed> {
  const { phases, rollback, cleanup = [] } = subject.machine.spec;
  const uncovered: string[] = [];
  const idle: string[] = [];
  for (const row of [phases, rollback, cleanup]) {
    const steps = stepsOf(row);
    for (const [index, { id, step }] of steps.entries()) {
      const later = new Set(steps.slice(index + 1).map((each) => each.id));
      const stretches = recordings.flatMap((recording) => recording.stretches);
      if (stretches.some(({ place }) => place === id)) continue;
      const next = stretches.find(({ place }) => later.has(place));
      const hasTargets = async (dir: string): Promise<boolean> =>
        step.targets === undefined || step.targets(await scopeIn(subject, dir)).length > 0;
      (next === undefined || (await hasTargets(next.dir)) ? uncovered : idle).push(id);
    }
  }
  return { uncovered, idle };
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- machines differ in their choices
type AnyPhase = Phase<any, any, any>;

function stepsOf(phases: readonly AnyPhase[]): readonly { id: string; step: AnyPhase['steps'][number] }[] {
  return phases.flatMap(({ name, steps }) => steps.map((step) => ({ id: `${name}/${step.name}`, step })));
}

/** The store stays open as long as the process: the facts are read from it. */
async function scopeIn({ machine, run }: Subject, dir: string): Promise<Scope<never>> {
  const copy = await copyOf(join(dir, CONTROLLER), join(newFolder(), 'controller'));
  const store = openStore(join(copy, 'pawl.db'));
  const choices = machine.spec.checkChoices(store.load(run)?.choices ?? {}) as never;
  return { run, choices, facts: storeFacts(store, run) };
}
