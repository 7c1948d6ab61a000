import {
  createActor,
  initialTransition,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type EventObject,
} from 'xstate';
import { canonicalJson } from './canonical';
import { PawlError } from './errors';
import type { JsonObject } from './json';
import type { AnswerFeed, FailureFeed, MachineContext, OperatorEvent } from './machine-guards';

/**
 * The only file that calls xstate. No actor runs: a snapshot goes in, the next one comes out, and what is due is read off
 * the active states. Measured: xstate itself refuses no event and repairs broken checkpoints in silence; so this file does.
 */
export function begin(machine: AnyStateMachine, choices: JsonObject): AnyMachineSnapshot {
  const [snapshot] = initialTransition(machine, { choices });
  return sound(snapshot);
}

export type Feed =
  | OperatorEvent
  | { readonly done: string; readonly output: AnswerFeed | null }
  | { readonly failed: string; readonly error: FailureFeed };

/** @throws PawlError `E_EVENT` where the state does not take the event; nothing has changed then */
export function next(machine: AnyStateMachine, snapshot: AnyMachineSnapshot, feed: Feed): AnyMachineSnapshot {
  if (!takes(snapshot, feed)) {
    throw new PawlError('E_EVENT', `${eventOf(feed).type} is not taken in ${JSON.stringify(snapshot.value)}`);
  }
  return sound(machine.transition(snapshot, eventOf(feed), scopeOf(machine)) as AnyMachineSnapshot);
}

/** Whether the state takes the event: it is the outcome of a due step, or an operator's, and its guard says yes. */
export function takes(snapshot: AnyMachineSnapshot, feed: Feed): boolean {
  if (snapshot.status !== 'active') return false;
  const id = 'done' in feed ? feed.done : 'failed' in feed ? feed.failed : undefined;
  if (id !== undefined && !dueSteps(snapshot).includes(id)) return false;
  return snapshot.can(eventOf(feed));
}

/** Ids of the steps (`phase/step`) and questions (`phase/step?`) that are to be performed now: the active states' invokes. */
export function dueSteps(snapshot: AnyMachineSnapshot): readonly string[] {
  return snapshot._nodes.flatMap((node) => node.invoke.map((invoke) => invoke.id));
}

/** What is written down: xstate's own persisted form without children, of which none ever runs. */
export function persist(machine: AnyStateMachine, snapshot: AnyMachineSnapshot): JsonObject {
  const stored = { ...machine.getPersistedSnapshot(snapshot), children: {} };
  // Plain data all of it, but for what xstate leaves undefined, which JSON does not have.
  return Object.fromEntries(Object.entries(stored).filter(([, value]) => value !== undefined)) as JsonObject;
}

/** @throws PawlError `E_CHECKPOINT` where what was read is not, to the letter, a state of this machine */
export function restore(machine: AnyStateMachine, stored: JsonObject): AnyMachineSnapshot {
  const text = canonicalJson(stored);
  let snapshot: AnyMachineSnapshot;
  try {
    snapshot = machine.restoreSnapshot(
      { ...(JSON.parse(text) as object), children: {} } as never,
      undefined as never,
    );
  } catch (cause) {
    throw unknownState('the checkpoint names a state that this machine does not have', cause);
  }
  // xstate completes partial values and forgets what it does not know; the round trip shows it.
  if (canonicalJson(persist(machine, snapshot)) !== text) {
    throw unknownState('the checkpoint does not restore to itself');
  }
  return sound(snapshot);
}

/** A state given by its value alone, for a way in that is not a checkpoint of this very machine. */
export function stateAt(
  machine: AnyStateMachine,
  value: JsonObject | string,
  context: MachineContext,
): AnyMachineSnapshot {
  const stored: JsonObject = {
    status: 'active',
    value,
    historyValue: {},
    context: { ...context, said: { dead: context.said.dead, remove: context.said.remove } },
    children: {},
  };
  return restore(machine, stored);
}

export function contextOf(snapshot: AnyMachineSnapshot): MachineContext {
  return snapshot.context as MachineContext;
}

/** The event as xstate knows it. */
export function eventOf(feed: Feed): EventObject {
  if ('done' in feed)
    return { type: `xstate.done.actor.${feed.done}`, actorId: feed.done, output: feed.output } as EventObject;
  if ('failed' in feed) {
    return {
      type: `xstate.error.actor.${feed.failed}`,
      actorId: feed.failed,
      error: feed.error,
    } as EventObject;
  }
  return feed;
}

/**
 * What xstate's `transition()` makes anew for each call, at half of its cost: an actor that is never started, so nothing in
 * the scope does anything. One for each machine; a transition leaves nothing behind in it.
 */
function scopeOf(machine: AnyStateMachine): InertScope {
  const kept = scopes.get(machine);
  if (kept !== undefined) return kept;
  const nothing = (): void => undefined;
  const self = createActor(machine);
  const scope: InertScope = {
    ...{ self, system: self.system, id: '', sessionId: '' },
    ...{ logger: nothing, defer: nothing, emit: nothing, stopChild: nothing, actionExecutor: nothing },
  };
  scopes.set(machine, scope);
  return scope;
}

type InertScope = Parameters<AnyStateMachine['transition']>[2];

const scopes = new WeakMap<AnyStateMachine, InertScope>();

function sound(snapshot: AnyMachineSnapshot): AnyMachineSnapshot {
  if (snapshot.status === 'active' || snapshot.status === 'done') return snapshot;
  throw new PawlError('E_MACHINE_STATE', `the machine went into status ${snapshot.status}`, {
    cause: snapshot.error,
  });
}

function unknownState(message: string, cause?: unknown): PawlError {
  return new PawlError('E_CHECKPOINT', message, {
    cause,
    hint: 'It was written by another version, or was changed. Nothing was done; a rollback can still be asked for.',
  });
}
