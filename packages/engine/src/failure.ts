import type { RunReason } from './engine-api';
import { InDoubt, PawlError, StepBlocked, StepFailed, StepRefused, type Choice } from './errors';
import type { JsonObject } from './json';
import type { FailureFeed } from './machine-guards';
import { plainJson } from './canonical';

/** How an attempt failed, as plain data: it goes into the journal and to the machine. */
export interface Failure {
  readonly kind: FailureFeed['kind'];
  readonly reason: RunReason;
  /** The effect may still be going on: it was neither seen to end nor ended. Its intent stays open and is taken up again. */
  readonly endUnknown: boolean;
}

/** Raised by the engine where an attempt outlasts its step's deadline. */
export class DeadlinePassed extends StepFailed {}

/** Any error that a step, a probe or a fleet throws. `E_FENCED` is not among them: see `fencedBy`. */
export function failureOf(error: unknown, where: string): Failure {
  const code = codeOf(error);
  return {
    kind: kindOf(error),
    endUnknown:
      error instanceof DeadlinePassed ||
      code === 'E_UNREACHABLE' ||
      code === 'E_JOB_RUNNING' ||
      saysSoItself(error),
    reason: {
      code,
      message: error instanceof Error ? error.message : String(error),
      where: textOf(error, 'where') ?? where,
      ...optional('hint', textOf(error, 'hint')),
      ...optional('facts', factsOf(error)),
      ...optional('choices', error instanceof PawlError ? error.choices : undefined),
    },
  };
}

/** @returns the error to throw where a host has said that the run is not ours any more; nothing is committed after that */
export function fencedBy(error: unknown): PawlError | undefined {
  if (codeOf(error) !== 'E_FENCED') return undefined;
  if (error instanceof PawlError) return error;
  const message = error instanceof Error ? error.message : 'a host is fenced by another owner';
  return new PawlError('E_FENCED', message, {
    cause: error,
    ...optional('where', textOf(error, 'where')),
    ...optional('hint', textOf(error, 'hint')),
    ...optional('facts', factsOf(error)),
  });
}

/** A reason as the journal and the run's record keep it. */
export function reasonJson(reason: RunReason): JsonObject {
  const { code, message, hint, where, facts, choices } = reason;
  return {
    code,
    message,
    ...optional('hint', hint),
    ...optional('where', where),
    ...optional('facts', facts),
    ...optional(
      'choices',
      choices?.map(({ name, meaning, cost, accept }) => ({
        ...{ name, meaning },
        ...optional('cost', cost),
        ...optional('accept', accept),
      })),
    ),
  };
}

/** The reason in a run's record. */
export function reasonFrom(stored: JsonObject | undefined): RunReason | undefined {
  if (stored === undefined) return undefined;
  const { code, message, hint, where, facts, choices } = stored;
  return {
    code: typeof code === 'string' ? code : 'E_REASON',
    message: typeof message === 'string' ? message : '',
    ...(typeof hint === 'string' && { hint }),
    ...(typeof where === 'string' && { where }),
    ...(isObject(facts) && { facts }),
    ...(Array.isArray(choices) && { choices: choices.filter(isChoice) }),
  };
}

export function optional<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, V>);
}

/** `endUnknown: true`, of an error of any class: who raised it could not hear how the effect ended. */
function saysSoItself(error: unknown): boolean {
  return typeof error === 'object' && error !== null && Reflect.get(error, 'endUnknown') === true;
}

function kindOf(error: unknown): Failure['kind'] {
  if (error instanceof InDoubt) return 'in-doubt';
  if (error instanceof StepRefused) return 'refused';
  return error instanceof StepBlocked ? 'blocked' : 'failed';
}

function codeOf(error: unknown): string {
  return textOf(error, 'code') ?? 'E_STEP';
}

function textOf(error: unknown, key: string): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const value: unknown = Reflect.get(error, key);
  return typeof value === 'string' ? value : undefined;
}

function factsOf(error: unknown): JsonObject | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const value: unknown = Reflect.get(error, 'facts');
  if (typeof value !== 'object' || value === null) return undefined;
  const plain = plainJson(JSON.parse(JSON.stringify(value)), 'facts of an error');
  return isObject(plain) ? plain : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isChoice(value: unknown): value is Choice & JsonObject {
  return isObject(value) && typeof value['name'] === 'string' && typeof value['meaning'] === 'string';
}
