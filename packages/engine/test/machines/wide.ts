import {
  defineMachine,
  StepFailed,
  type Answer,
  type EffectStep,
  type JsonObject,
  type Machine,
  type OneShotStep,
  type ReadStep,
} from '@pawl/engine';
import type { Hand, Look } from './fake-world';

export interface WideChoices extends JsonObject {
  readonly hosts: readonly string[];
  /** How many rounds of `convert` come to nothing before one succeeds. */
  readonly spent: number;
}

export const WIDE_CHOICES: WideChoices = { hosts: ['a', 'b', 'c'], spent: 1 };

/**
 * Everything the engine can do, and nothing about etcd: fan-out, a flaky host, a one-shot step on work copies, a point of no
 * return, a way back with barriers.
 */
export function wideMachine(version = '1.0.0'): Machine<WideChoices, Look, Hand> {
  return defineMachine<WideChoices, Look, Hand>({
    id: 'wide',
    version,
    title: 'Move house',
    checkChoices,
    pointOfNoReturn: () => 'the old flat is let',
    phases: [
      { name: 'inspect', title: 'Inspect', wayBack: 'nothing changed', steps: [measure] },
      {
        name: 'stop',
        title: 'Stop',
        wayBack: 'start again',
        rollbackAt: 'start',
        steps: [onAll('halt', 'start/go', { concurrency: 2 })],
      },
      {
        name: 'work',
        title: 'Work',
        wayBack: 'clear, then start',
        rollbackAt: 'clear',
        steps: [copy, convert, flaky],
      },
      { name: 'finish', title: 'Finish', wayBack: 'none', rollbackAt: 'clear', steps: [announce] },
    ],
    rollback: [
      {
        name: 'clear',
        title: 'Clear',
        wayBack: '',
        steps: [onAll('unlock', 'kept', {}), onAll('sweep', 'kept', {})],
      },
      { name: 'start', title: 'Start', wayBack: '', steps: [onAll('go', 'kept', { concurrency: 1 })] },
    ],
  });
}

/** The same, and it cleans up. */
export function tidyMachine(): Machine<WideChoices, Look, Hand> {
  return defineMachine<WideChoices, Look, Hand>({
    ...wideMachine().spec,
    cleanup: [
      { name: 'remove', title: 'Remove', wayBack: '', steps: [onAll('remove', 'irreversible', {})] },
      { name: 'let-go', title: 'Let go', wayBack: '', steps: [onAll('close', 'kept', {})] },
    ],
  });
}

function checkChoices(choices: JsonObject): WideChoices {
  const { hosts, spent } = choices;
  if (!Array.isArray(hosts) || typeof spent !== 'number') throw new Error('hosts and spent are needed');
  return { hosts: hosts.map(String), spent };
}

const common = { deadlineMs: 5000, verify: 'it is there', describe: () => ['do it'] };

const measure: ReadStep<WideChoices, Look> = {
  ...common,
  name: 'measure',
  title: 'measure',
  kind: 'read',
  targets: ({ choices }) => choices.hosts,
  run: async ({ target, hands }) => ({ target, seen: hands.effects().length }),
};

const copy: EffectStep<WideChoices, Hand> = {
  ...common,
  name: 'copy',
  title: 'make a work copy',
  kind: 'effect',
  undoneBy: 'clear/sweep',
  run: async ({ facts, hands }) => {
    const n = Number(facts.find('work/copy')?.['n'] ?? 0) + 1;
    await hands.change(`copy-${n}`);
    return { n };
  },
};

const convert: OneShotStep<WideChoices, Look, Hand> = {
  ...common,
  name: 'convert',
  title: 'convert the copy',
  kind: 'one-shot',
  undoneBy: 'nothing changed',
  startOverAt: 'work/copy',
  retry: { attempts: 3, delayMs: 1 },
  targets: ({ choices }) => choices.hosts.slice(0, 1),
  round: ({ facts }) => Number(facts.of('work/copy')['n']),
  probe: async ({ facts, hands }): Promise<Answer> => {
    const round = Number(facts.of('work/copy')['n']);
    const exit = hands.once(`convert-${round}`);
    const evidence = { exit: exit ?? 'none' };
    if (exit === undefined) return { verdict: 'untouched', round, evidence };
    if (exit === null) return { verdict: 'unknown', round, evidence };
    return exit === 0
      ? { verdict: 'done', round, evidence, facts: { round } }
      : { verdict: 'spent', round, evidence };
  },
  run: async ({ choices, intent, hands }) => {
    const round = intent.round ?? -1;
    const exit = await hands.change(`convert-${round}`, {
      once: `convert-${round}`,
      exit: round <= choices.spent ? 1 : 0,
    });
    if (exit !== 0) throw new StepFailed('E_CONVERT', `convert exited ${exit}`, { hint: 'Look at it.' });
    return { round };
  },
};

/** Fails on host b at its first attempt, after its effect. */
const flaky: EffectStep<WideChoices, Hand> = {
  ...onAll('paint', 'kept', {}),
  retry: { attempts: 3, delayMs: 2, factor: 2 },
  run: async ({ target, hands }) => {
    await hands.change('paint');
    const painted = hands.effects().filter((line) => line === `${target} paint`).length;
    if (target === 'b' && painted < 2) throw new StepFailed('E_WET', 'still wet', { hint: 'Let it dry.' });
    return { painted };
  },
};

const announce: EffectStep<WideChoices, Hand> = {
  ...onAll('announce', 'irreversible', {}),
  targets: ({ choices }) => choices.hosts.slice(0, 1),
};

function onAll(
  name: string,
  undoneBy: string,
  options: { readonly concurrency?: number },
): EffectStep<WideChoices, Hand> {
  return {
    ...common,
    ...options,
    name,
    title: name,
    kind: 'effect',
    undoneBy,
    targets: ({ choices }) => choices.hosts,
    run: async ({ hands }) => ({ exit: await hands.change(name) }),
  };
}
