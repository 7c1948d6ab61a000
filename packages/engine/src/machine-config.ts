import type { JsonObject } from './json';
import type { MachineSpec, Phase } from './machine';
import type { Direction } from './position';
import type { Step } from './step';

/** The plain data that xstate makes the machine of. No function in it: it is hashed, drawn and compared. */
export interface StateConfig {
  readonly type?: 'final';
  readonly initial?: string;
  readonly tags?: readonly string[];
  readonly meta?: JsonObject;
  readonly invoke?: {
    readonly id: string;
    readonly src: string;
    readonly onDone: Edges;
    readonly onError: Edges;
  };
  readonly on?: Readonly<Record<string, Edges>>;
  readonly onDone?: string;
  readonly states?: Readonly<Record<string, StateConfig>>;
}

export interface Edge {
  /** Left out: the state stays, and remembers. */
  readonly target?: string;
  readonly guard?: NamedGuard;
  readonly actions?: Named | string;
}
export interface Named {
  readonly type: string;
  readonly params: { readonly step: string };
}
export type NamedGuard =
  string | { readonly type: string; readonly params: { readonly step?: string; readonly choice?: string } };
type Edges = string | Edge | readonly Edge[];

/**
 * The states of a machine: `forward` and, if it has them, `rollback` and `cleanup`, each a row of phases, each phase a row of steps; beside
 * them where a run rests. Every step pauses inside itself, so that the state's value alone says where to go on.
 */
export function machineConfig<C extends JsonObject, R, H extends R>(
  spec: MachineSpec<C, R, H>,
): StateConfig & { readonly id: string; readonly version: string } {
  // Without rollback phases the names of the way back are only printed.
  const wayBack = spec.rollback.length > 0 ? spec.phases.at(-1)?.rollbackAt : undefined;
  const cleanup = spec.cleanup ?? [];
  const cleaned = cleanupEdge(spec.id, cleanup);
  return {
    id: spec.id,
    version: spec.version,
    initial: 'forward',
    states: {
      forward: row(spec, 'forward', spec.phases, 'completed'),
      ...(spec.rollback.length > 0 && {
        rollback: {
          ...row(spec, 'rollback', spec.rollback, 'rolled-back'),
          on: { HOST_DEAD: { actions: 'rememberSaid' } },
        },
      }),
      ...(cleanup.length > 0 && { cleanup: row(spec, 'cleanup', cleanup, 'closed') }),
      completed: resting({
        ...(wayBack !== undefined && { ROLLBACK: rollbackEdge(spec.id, wayBack) }),
        ...cleaned,
      }),
      'rolled-back': cleanup.length === 0 ? { type: 'final' } : resting(cleaned),
      refused: { type: 'final' },
      ...(cleanup.length > 0 && { closed: resting(cleaned) }),
    },
  };
}

function row<C extends JsonObject, R, H extends R>(
  spec: MachineSpec<C, R, H>,
  direction: Direction,
  phases: readonly Phase<C, R, H>[],
  whenDone: string,
): StateConfig {
  return {
    ...first(phases),
    onDone: `#${spec.id}.${whenDone}`,
    states: {
      ...chained(phases, (phase, next) => phaseState(spec, direction, phase, next)),
      done: { type: 'final' },
    },
  };
}

function phaseState<C extends JsonObject, R, H extends R>(
  spec: MachineSpec<C, R, H>,
  direction: Direction,
  phase: Phase<C, R, H>,
  next: string,
): StateConfig {
  const canGoBack = direction === 'forward' && spec.rollback.length > 0;
  return {
    ...first(phase.steps),
    meta: { title: phase.title },
    onDone: next,
    ...(canGoBack && { on: { ROLLBACK: rollbackEdge(spec.id, phase.rollbackAt) } }),
    states: {
      ...chained(phase.steps, (step, after) => stepState(spec.id, direction, phase.name, step, after)),
      done: { type: 'final' },
    },
  };
}

function stepState<C extends JsonObject, R, H extends R>(
  machine: string,
  direction: Direction,
  phase: string,
  step: Step<C, R, H>,
  next: string,
): StateConfig {
  const id = `${phase}/${step.name}`;
  const meta = { title: step.title, kind: step.kind };
  const states =
    step.kind === 'one-shot'
      ? oneShotStates(machine, id, `#${machine}.forward.${step.startOverAt.replace('/', '.')}`)
      : ordinaryStates(direction === 'forward' ? noAnswer(machine) : [DOUBTFUL], id);
  return { initial: step.kind === 'one-shot' ? 'asking' : 'running', meta, onDone: next, states };
}

/** Runs; may be run again. An error says itself where it leads: nothing changed, a person decides, or mend and resume. */
function ordinaryStates(early: readonly Edge[], id: string): Readonly<Record<string, StateConfig>> {
  return {
    running: {
      invoke: { id, src: id, onDone: 'done', onError: [...early, { target: 'paused' }] },
      on: { PAUSE: 'paused' },
    },
    paused: { tags: ['paused'], on: { RESUME: 'running' } },
    'in-doubt': { tags: ['in-doubt'], on: { DECIDE: chosen('ask-again', 'running') } },
    done: { type: 'final' },
  };
}

/** Asks before it runs. `mayStart` guards the only edge into `running`; whatever `running` throws, the world is asked again. */
function oneShotStates(
  machine: string,
  id: string,
  startOver: string,
): Readonly<Record<string, StateConfig>> {
  const params = { step: id };
  const spend = { type: 'countSpent', params };
  const question = `${id}?`;
  return {
    asking: {
      invoke: {
        id: question,
        src: question,
        onDone: [
          { guard: 'answeredDone', target: 'done' },
          {
            guard: { type: 'mayStart', params },
            target: 'running',
            actions: { type: 'rememberStart', params },
          },
          { guard: { type: 'thirdSpent', params }, target: 'paused', actions: spend },
          { guard: 'answeredSpent', target: startOver, actions: spend },
          { guard: 'triedEnough', target: 'paused' },
          { target: 'in-doubt' },
        ],
        onError: [...noAnswer(machine), { target: 'paused' }],
      },
      on: { PAUSE: 'paused' },
    },
    running: {
      invoke: {
        id,
        src: id,
        onDone: 'done',
        onError: [...noAnswer(machine), { guard: 'cannotHelp', target: 'paused' }, { target: 'asking' }],
      },
    },
    paused: { tags: ['paused'], on: { RESUME: 'asking' } },
    'in-doubt': {
      tags: ['in-doubt'],
      on: { DECIDE: [chosen('ask-again', 'asking'), { ...chosen('start-over', startOver), actions: spend }] },
    },
    done: { type: 'final' },
  };
}

const DOUBTFUL: Edge = { guard: 'doubtful', target: 'in-doubt' };

/** Forward only: a way back that refuses has not come to its end. */
function noAnswer(machine: string): readonly Edge[] {
  return [{ guard: 'refusedUnchanged', target: `#${machine}.refused` }, DOUBTFUL];
}

function chosen(choice: string, target: string): Edge {
  return { guard: { type: 'chose', params: { choice } }, target };
}

/** Where nothing was changed there is nothing to take back. */
function rollbackEdge(machine: string, at: string | undefined): Edge {
  const target = at === undefined ? `#${machine}.rolled-back` : `#${machine}.rollback.${at}`;
  return { guard: 'mayRollBack', target, actions: 'rememberSaid' };
}

/** What was left behind goes, once: from then on there is no way back. */
function cleanupEdge(
  machine: string,
  cleanup: readonly { readonly name: string }[],
): Readonly<Record<string, Edge>> {
  const [first] = cleanup;
  if (first === undefined) return {};
  return { CLEANUP: { target: `#${machine}.cleanup.${first.name}`, actions: 'rememberSaid' } };
}

function resting(on: Readonly<Record<string, Edge>>): StateConfig {
  return Object.keys(on).length === 0 ? {} : { on };
}

function first(items: readonly { readonly name: string }[]): { readonly initial?: string } {
  const [head] = items;
  return head === undefined ? {} : { initial: head.name };
}

function chained<T extends { readonly name: string }>(
  items: readonly T[],
  state: (item: T, next: string) => StateConfig,
): Readonly<Record<string, StateConfig>> {
  return Object.fromEntries(
    items.map((item, index) => [item.name, state(item, items[index + 1]?.name ?? 'done')]),
  );
}
