import type { Facts, JsonObject } from '@pawl/engine';
import type { WorkHands } from '@pawl/fleet';
import type { CommandResult } from '@pawl/hosts';
import { okdEtcdV2ToV3 } from '../../src';
import { choicesOf, laterFacts, preflightFacts, RUN } from './a-cluster';
import { fakeHands } from '../../../../test/machines/fake-hands';
import { unitsSay } from './units-say';

/** What a host says to a command, by a part of it; the first that fits. Nothing fits: units are held, all else is exit 0 and not a word. */
export type Says = readonly (readonly [part: string | RegExp, says: Partial<CommandResult> | string])[];

export interface Performed {
  /** What was changed on the host before it ended. */
  readonly changed: readonly string[];
  readonly ended: Promise<JsonObject>;
}

/** A step whose change always succeeds: whether it may say so is what its look and its proof decide. */
export function perform(
  id: string,
  target: string,
  says: Says,
  {
    signal = new AbortController().signal,
    facts = laterFacts(preflightFacts()),
  }: { readonly signal?: AbortSignal; readonly facts?: Facts } = {},
): Performed {
  const { phases, rollback } = okdEtcdV2ToV3.spec;
  const step = [...phases, ...rollback]
    .flatMap(({ name, steps }) => steps.map((each) => [`${name}/${each.name}`, each] as const))
    .find(([name]) => name === id)?.[1];
  if (step?.kind !== 'effect') throw new Error(`there is no effect ${id}`);
  const changed: string[] = [];
  const read = (_host: string, argv: readonly string[]): Partial<CommandResult> | string => {
    const asked = argv.join(' ');
    const fits = says.find(([part]) => (typeof part === 'string' ? asked.includes(part) : part.test(asked)));
    return fits?.[1] ?? unitsSay(argv, () => 'held') ?? '';
  };
  const host = {
    change: ({ what }: { readonly what: string }) => {
      changed.push(what);
      return Promise.resolve({ exit: 0, stdout: '', stderr: '' });
    },
  };
  const [phase = '', name = ''] = id.split('/');
  const intent = {
    id: `0001.${phase}.${name}.${target}.1`,
    run: RUN,
    seq: 1,
    phase,
    step: name,
    target,
    attempt: 1,
  };
  const task = {
    ...{ run: RUN, choices: choicesOf(), facts, target, intent, signal },
    hands: { ...fakeHands({ read }), host } as unknown as WorkHands,
    progress: () => undefined,
  };
  return { changed, ended: step.run(task) };
}
