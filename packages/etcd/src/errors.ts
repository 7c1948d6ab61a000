/** What was seen, as plain data: it goes into the journal as it is. No values, no secret key names. */
export interface EtcdFacts {
  readonly [name: string]: EtcdFact;
}
export type EtcdFact = string | number | boolean | null | readonly EtcdFact[] | EtcdFacts;

export interface EtcdErrorDetail {
  /** What to do now, one or two sentences. */
  readonly hint?: string;
  /** Where: the host and what was asked of it. */
  readonly where?: string;
  readonly facts?: EtcdFacts;
  readonly cause?: unknown;
}

export type EtcdErrorCode =
  /** The output is not what this command is known to print. */
  | 'E_ETCD_PARSE'
  /** The command said that it failed, in words that have no code of their own. */
  | 'E_ETCD_COMMAND'
  /** No answer: connection refused, or a deadline passed. */
  | 'E_ETCD_UNAVAILABLE'
  /** etcdctl, etcd or curl can't be run on that host. */
  | 'E_ETCD_MISSING'
  /** It answers, and has no leader. */
  | 'E_ETCD_NO_LEADER'
  /** The certificate was refused, or the server's is not trusted. */
  | 'E_ETCD_TLS'
  /** The unit's settings can't be read as what etcd would take them for. */
  | 'E_ETCD_SETTINGS'
  /** The unit does something that Pawl doesn't handle. */
  | 'E_ETCD_UNSUPPORTED'
  /** `/v2/keys` answered with an error. */
  | 'E_ETCD_V2'
  /** The v2 history does not reach back to the index asked for. */
  | 'E_ETCD_V2_HISTORY'
  /** A revision that this member does not have: not yet, or compacted. */
  | 'E_ETCD_REVISION'
  /** A manifest file is damaged, or of another format. */
  | 'E_ETCD_MANIFEST'
  /** What was named as a backup is none, or can't be restored as it is. */
  | 'E_ETCD_NO_BACKUP'
  /** The etcd in the scratch directory does not run. */
  | 'E_ETCD_SCRATCH'
  /** A caller asked for something that must never be done. */
  | 'E_ETCD_REFUSED';

/** Every error that this package raises on purpose; the same shape as the engine's, which is not imported here. */
export class EtcdError extends Error {
  readonly code: EtcdErrorCode;
  readonly hint?: string;
  readonly where?: string;
  readonly facts?: EtcdFacts;

  constructor(code: EtcdErrorCode, message: string, detail: EtcdErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = 'EtcdError';
    this.code = code;
    if (detail.hint !== undefined) this.hint = detail.hint;
    if (detail.where !== undefined) this.where = detail.where;
    if (detail.facts !== undefined) this.facts = detail.facts;
  }
}

/** The error for output that no known version prints: names the command, quotes the line. */
export function unexpectedOutput(command: string, line: string): EtcdError {
  return new EtcdError('E_ETCD_PARSE', `${command} printed something unexpected: ${quoted(line)}`, {
    hint: 'Pawl knows the output of etcd 3.1 to 3.4. If this is one of them, please report the line.',
    facts: { command },
  });
}

/** What etcd printed, without names that are tokens and without values. */
export function redact(text: string): string {
  return text
    .replace(/(?:access|authorize)tokens\/[^\s"'\\,)]+/g, '…tokens/#')
    .replace(/("(?:value|prevValue)":)"(?:\\.|[^"\\])*("|$)/g, '$1"…"');
}

function quoted(line: string): string {
  const safe = redact(line);
  return JSON.stringify(safe.length > 160 ? `${safe.slice(0, 160)}…` : safe);
}
