/** What was seen, as plain data: it goes into the journal as it is. No secrets, no key material. */
export interface HostFacts {
  readonly [name: string]: HostFact;
}
export type HostFact = string | number | boolean | null | readonly HostFact[] | HostFacts;

export interface HostErrorDetail {
  /** What to do now, one or two sentences. */
  readonly hint?: string;
  /** Where: file:line, or the host and what was asked of it. */
  readonly where?: string;
  readonly facts?: HostFacts;
  /** The host's name in the inventory, where the error belongs to one. */
  readonly host?: string;
  /** A change may have begun, and may be going on: it was neither seen to end nor ended. Nobody may begin another beside it. */
  readonly endUnknown?: boolean;
  readonly cause?: unknown;
}

/**
 * Every error that this package raises on purpose; the same shape as the engine's, which is not imported here.
 *
 * | code | |
 * |---|---|
 * | `E_UNREACHABLE` | no connection, or it was lost; `facts.began`: whether the command may have begun |
 * | `E_HOST_KEY` | the host's key is unknown, changed or revoked |
 * | `E_AUTH` | the host accepts none of our keys |
 * | `E_KEY_FILE` | a private key can't be read, or needs a passphrase |
 * | `E_SUDO` | sudo asks for a password, or doesn't allow it |
 * | `E_REQUIRETTY` | sudoers has `requiretty` for this user |
 * | `E_TIMEOUT` | the command ran too long; it was ended on the host, too |
 * | `E_OUTPUT_TOO_LARGE` | more output than `maxBytes` |
 * | `E_COMMAND` | `readStream` alone: the command failed after its output had been handed on |
 * | `E_ABORTED` | the caller's signal; `facts.began` as above |
 * | `E_INVENTORY` | the inventory can't be read as what it says it is |
 * | `E_INVENTORY_UNSUPPORTED` | it asks for something Pawl doesn't do yet |
 * | `E_QUOTE` | a value that no POSIX shell can be given (NUL), or a script that would expose one |
 *
 * The guard adds `E_FENCED`, `E_JOB_LOST`, `E_ONE_SHOT_STARTED`, `E_DEADLINE` and others of its own.
 */
export class HostError extends Error {
  readonly code: `E_${string}`;
  readonly hint?: string;
  readonly where?: string;
  readonly facts?: HostFacts;
  readonly host?: string;
  readonly endUnknown?: boolean;

  constructor(code: `E_${string}`, message: string, detail: HostErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = 'HostError';
    this.code = code;
    if (detail.hint !== undefined) this.hint = detail.hint;
    if (detail.where !== undefined) this.where = detail.where;
    if (detail.facts !== undefined) this.facts = detail.facts;
    if (detail.host !== undefined) this.host = detail.host;
    if (detail.endUnknown !== undefined) this.endUnknown = detail.endUnknown;
  }
}
