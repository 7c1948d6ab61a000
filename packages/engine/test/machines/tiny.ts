import {
  defineMachine,
  type EffectStep,
  type JsonObject,
  type Machine,
  type MachineSpec,
  type OneShotStep,
  type Phase,
  type ReadStep,
} from '@pawl/engine';
import type { Hand, Look } from './fake-world';

type C = JsonObject;
export type TinySpec = MachineSpec<C, Look, Hand>;
export type TinyPhase = Phase<C, Look, Hand>;

const common = { title: 't', verify: 'v', deadlineMs: 2000, describe: () => ['do it'] };

/** A machine of given phases, for one test. */
export function tiny(phases: readonly TinyPhase[], more: Partial<TinySpec> = {}): Machine<C, Look, Hand> {
  return defineMachine<C, Look, Hand>(tinySpec(phases, more));
}

export function tinySpec(phases: readonly TinyPhase[], more: Partial<TinySpec> = {}): TinySpec {
  const base = {
    id: 'tiny',
    version: '1.0.0',
    title: 'Tiny',
    rollback: [],
    checkChoices: (choices: C) => choices,
  };
  return { ...base, phases, ...more };
}

export function phase(name: string, steps: TinyPhase['steps'], more: Partial<TinyPhase> = {}): TinyPhase {
  return { name, title: name, wayBack: 'none', steps, ...more };
}

export function read(
  name: string,
  run: ReadStep<C, Look>['run'],
  more: Partial<ReadStep<C, Look>> = {},
): ReadStep<C, Look> {
  return { ...common, name, kind: 'read', run, ...more };
}

/** Makes one change called after itself, unless told what to do. */
export function effect(name: string, more: Partial<EffectStep<C, Hand>> = {}): EffectStep<C, Hand> {
  const run: EffectStep<C, Hand>['run'] = async ({ hands }) => ({ exit: await hands.change(name) });
  return { ...common, name, kind: 'effect', undoneBy: 'kept', run, ...more };
}

/** A one-shot step on round 1, started over at `startOverAt`. */
export function oneShot(
  name: string,
  startOverAt: string,
  more: Partial<OneShotStep<C, Look, Hand>>,
): OneShotStep<C, Look, Hand> {
  return {
    ...common,
    name,
    startOverAt,
    kind: 'one-shot',
    undoneBy: 'kept',
    round: () => 1,
    probe: async ({ hands }) => {
      const exit = hands.once(`${name}-1`);
      const verdict =
        exit === undefined ? 'untouched' : exit === null ? 'unknown' : exit === 0 ? 'done' : 'spent';
      return { verdict, round: 1, evidence: { exit: exit ?? 'none' } };
    },
    run: async ({ hands }) => ({ exit: await hands.change(name, { once: `${name}-1` }) }),
    ...more,
  };
}

export const ON_ABC = { targets: () => ['a', 'b', 'c'] };

export const tinyStart = { machineId: 'tiny', run: 'run-1', choices: {} };
