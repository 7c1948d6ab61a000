import type { JsonObject } from './json';
import type { Intent } from './records';
import type { Scope } from './scope';

/** The target of a step that is not about one host. */
export const NO_TARGET = '-';

/** How often and how patiently an attempt is repeated. Counts and due times are rows, never process memory. */
export interface RetryPolicy {
  /** Attempts in all, the first included. */
  readonly attempts: number;
  /** Wait before the second attempt, milliseconds. */
  readonly delayMs: number;
  /** Each further wait is this many times the one before; 1 if left out. */
  readonly factor?: number;
}

/** One attempt at one step on one target, as the engine hands it to the step's code. */
export interface Task<C extends JsonObject, H> extends Scope<C> {
  readonly target: string;
  readonly intent: Intent;
  /** What the fleet gives this step to work with: for a reading step it has no method that can change anything. */
  readonly hands: H;
  /** Aborted at the deadline, or when the process is told to leave at once. Not by a pause: that waits for the safe point. */
  readonly signal: AbortSignal;
  /** A line for people: shown and forgotten, never journalled. */
  progress(message: string): void;
}

interface StepBase<C extends JsonObject> {
  /** kebab-case, unique in its phase. */
  readonly name: string;
  readonly title: string;
  /** Hosts the step fans out to. Left out: the step runs once, with target `NO_TARGET`. */
  readonly targets?: (scope: Scope<C>) => readonly string[];
  /** How many targets at a time; all of them if left out. 1 keeps the order of `targets`. */
  readonly concurrency?: number;
  /** What is proven when the step is done, as one sentence for people. */
  readonly verify: string;
  /** Wall time one attempt may take, milliseconds. */
  readonly deadlineMs: number;
  readonly retry?: RetryPolicy;
  /** The exact commands and file edits, in order; built by the functions that `run` uses. */
  describe(scope: Scope<C>, target: string): readonly string[];
  /**
   * Of a step that changes something: how it is decided what became of it, where its owner died in it. For people, one
   * sentence; no part of the definition. Each step of Pawl's machines has one, and a test of each machine asks for it.
   */
  readonly leftOpen?: string;
}

/** A step that looks and changes nothing: it may be repeated freely, by `check`, by `plan` and after a crash. */
export interface ReadStep<C extends JsonObject, R> extends StepBase<C> {
  readonly kind: 'read';
  /** @returns facts for later steps. Throws `StepRefused` where the run must not go on. */
  run(task: Task<C, R>): Promise<JsonObject>;
}

/** What the world says about a one-shot step that may or may not have happened. */
export interface Answer {
  /**
   * untouched: it never began on the present round · done: it happened, whole · spent: it began on this round and
   * did not succeed (only a new round helps) · unknown: nothing of these is proven.
   */
  readonly verdict: 'untouched' | 'done' | 'spent' | 'unknown';
  /** The number of the thing it is done to (the work copy): it happens at most once per round. */
  readonly round: number;
  /** What was seen, for the journal and for a person. */
  readonly evidence: JsonObject;
  /** With `done`: the facts of the outcome. */
  readonly facts?: JsonObject;
}

/** A step that changes something. One attempt makes at most one guarded change. */
export interface EffectStep<C extends JsonObject, H> extends StepBase<C> {
  readonly kind: 'effect';
  /** The rollback step that takes it back (`'phase/step'`), or one of the words. The point of no return is computed from `'irreversible'`. */
  readonly undoneBy: string;
  /**
   * Durable when it returns: nothing yet of the engine's; the outcome commits next. May happen twice: all of it, after a
   * crash between effect and outcome, so it must be idempotent (a guarded change re-attaches to its job by itself).
   */
  run(task: Task<C, H>): Promise<JsonObject>;
}

/**
 * A step that must never happen twice to the same thing. It is asked about before it may start, always. It has one target.
 * Its intent stays open until it succeeds or the probe has said what became of it; an error of `run` decides nothing.
 */
export interface OneShotStep<C extends JsonObject, R, H> extends StepBase<C> {
  readonly kind: 'one-shot';
  readonly undoneBy: string;
  /** The step that makes a new thing to do it to (`'phase/step'`); taken when a round is spent, the third time `paused`. */
  readonly startOverAt: string;
  /** Which round is the present one, from facts alone. Intent, mark and host all carry it. */
  round(scope: Scope<C>): number;
  /**
   * Reads the world and says what happened; its hands can't change anything. `task.intent` is the step's last intent, whose
   * job it may look for, or, before the first, the asking itself. Asked again by the step's retry policy where it throws.
   */
  probe(task: Task<C, R>): Promise<Answer>;
  /**
   * Durable before it: the answer that let it begin, its intent and the mark of its round, in one transaction. Begun at most
   * once per round (store: unique; host: the guard's one-shot key); called again under the same intent only after an
   * answer `untouched`. Whatever it throws, the world is asked next.
   */
  run(task: Task<C, H>): Promise<JsonObject>;
}

export type Step<C extends JsonObject, R, H extends R> =
  ReadStep<C, R> | EffectStep<C, H> | OneShotStep<C, R, H>;

/** Values of `undoneBy` that name no rollback step. */
export const UNDO_WORDS = ['nothing changed', 'kept', 'irreversible'] as const;
