/** What was seen, as plain data: it goes into the journal as it is. No secrets: master-config.yaml may hold passwords. */
export interface OkdFacts {
  readonly [name: string]: OkdFact;
}
export type OkdFact = string | number | boolean | null | readonly OkdFact[] | OkdFacts;

export interface OkdErrorDetail {
  /** What to do now, one or two sentences. */
  readonly hint?: string;
  /** Where: `file:line`, or the host and what was asked of it. */
  readonly where?: string;
  readonly facts?: OkdFacts;
  readonly cause?: unknown;
}

export type OkdErrorCode =
  /** master-config.yaml can't be read as what OpenShift takes it for, or can't be edited without touching more than the two keys. */
  | 'E_MASTER_CONFIG'
  /** The host's master units can't be told apart, or there are none. */
  | 'E_MASTER_UNITS'
  /** A command that only looks failed, or printed what it is not known to print. */
  | 'E_OKD_COMMAND';

/** Every error that this package raises on purpose; the same shape as the engine's, which is not imported here. */
export class OkdError extends Error {
  readonly code: OkdErrorCode;
  readonly hint?: string;
  readonly where?: string;
  readonly facts?: OkdFacts;

  constructor(code: OkdErrorCode, message: string, detail: OkdErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = 'OkdError';
    this.code = code;
    if (detail.hint !== undefined) this.hint = detail.hint;
    if (detail.where !== undefined) this.where = detail.where;
    if (detail.facts !== undefined) this.facts = detail.facts;
  }
}
