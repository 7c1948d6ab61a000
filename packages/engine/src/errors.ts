import type { JsonObject } from './json';

export interface ErrorDetail {
  /** What to do now, one or two sentences. */
  readonly hint?: string;
  /** Where: file:line, host, step. */
  readonly where?: string;
  /** What was seen; no secrets. */
  readonly facts?: JsonObject;
  /** The ways on, each with its cost, where there is something to weigh. */
  readonly choices?: readonly Choice[];
  readonly cause?: unknown;
}

/** Every error that Pawl raises on purpose. `code` is stable: it is documented, tested and mapped to an exit code. */
export class PawlError extends Error {
  readonly code: string;
  readonly hint?: string;
  readonly where?: string;
  readonly facts?: JsonObject;
  readonly choices?: readonly Choice[];

  constructor(code: string, message: string, detail: ErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = new.target.name;
    this.code = code;
    if (detail.hint !== undefined) this.hint = detail.hint;
    if (detail.where !== undefined) this.where = detail.where;
    if (detail.facts !== undefined) this.facts = detail.facts;
    if (detail.choices !== undefined) this.choices = detail.choices;
  }
}

/** What stops a run says what to do about it: whoever reads it was woken for it. */
class Stopped extends PawlError {
  override readonly hint: string;

  constructor(code: string, message: string, detail: ErrorDetail & { readonly hint: string }) {
    super(code, message, detail);
    this.hint = detail.hint;
  }
}

/** The attempt failed; another may be made as far as the step's retry policy goes, then the run is paused. */
export class StepFailed extends Stopped {}

/** Trying again by itself can't help: the run is paused at once, to be resumed when the world is mended. */
export class StepBlocked extends Stopped {}

/** A check said no before anything was changed: the run ends as `refused`. After the first effect it pauses instead. */
export class StepRefused extends PawlError {}

/** The world contradicts the records, or answers nothing: a person decides. `choices` names what can be decided. */
export class InDoubt extends PawlError {
  constructor(code: string, message: string, choices: readonly Choice[], detail: ErrorDetail = {}) {
    super(code, message, { ...detail, choices });
  }
}

export interface Choice {
  /** In doubt: the word for `decide`; the machine takes `ask-again` and, at a one-shot step, `start-over`. Paused: the verb (`resume`, `rollback`, `status`). */
  readonly name: string;
  readonly meaning: string;
  /** What is lost or spent by it, time included. */
  readonly cost?: string;
  /** `rollback`: the name by which its loss has to be accepted. Left out where nothing is lost. */
  readonly accept?: string;
}
