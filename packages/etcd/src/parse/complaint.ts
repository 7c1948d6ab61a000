import { EtcdError, redact, type EtcdErrorCode } from '../errors';

/** How a command ended, run by a read (buffers) or by a job (text). */
export interface Told {
  readonly exit: number | null;
  readonly signal?: string;
  readonly stdout: string | Buffer;
  readonly stderr: string | Buffer;
}

export function textOf(output: string | Buffer): string {
  return typeof output === 'string' ? output : output.toString('utf8');
}

/**
 * What etcdctl complains of, in one line without the noise: 3.1 warns about ServerName at every call, 3.3 and 3.4 put a
 * JSON line of their client before each error, API 3 of 3.1 and 3.2 and API 2 of all say `Error:` and two blanks.
 */
export function complaint(result: Pick<Told, 'stderr'>): string {
  const lines = textOf(result.stderr)
    .split('\n')
    .filter((line) => line.trim() !== '' && !NOISE.some((noise) => noise.test(line)));
  const error = lines.find((line) => /^Error:\s/.test(line)) ?? lines[0] ?? '';
  return redact(error.replace(/^Error:\s+/, '').trim());
}

const NOISE = [/ignoring ServerName for user-provided CA/, /^\{"level":"(?:warn|info)"/];

/** The error for a command that failed, by what it said. `doing` reads after a host's name: `list the members`. */
export function commandFailed(result: Told, doing: string, where?: string): EtcdError {
  const said = complaint(result);
  const how = result.exit === null ? `ended by ${result.signal ?? 'a signal'}` : `exit ${result.exit}`;
  const code = failureCode(said);
  return new EtcdError(code, `could not ${doing}: ${said === '' ? how : said}`, {
    hint: HINTS[code] ?? 'The message is etcdctl’s own.',
    facts: { exit: result.exit, said },
    ...(where === undefined ? {} : { where }),
  });
}

/** By text alone: the same fault has exit 1 or 2 depending on the version. */
export function failureCode(said: string): EtcdErrorCode {
  return CODES.find(([pattern]) => pattern.test(said))?.[1] ?? 'E_ETCD_COMMAND';
}

const CODES: readonly (readonly [RegExp, EtcdErrorCode])[] = [
  [/no leader/, 'E_ETCD_NO_LEADER'],
  [/bad certificate|x509:|certificate (?:signed|specifies)|tls:|SSL/, 'E_ETCD_TLS'],
  [/required revision (?:is a future revision|has been compacted)/, 'E_ETCD_REVISION'],
  [
    /connection refused|unavailable or misconfigured|timed out|deadline exceeded|Couldn't connect|Failed to connect|couldn't connect/i,
    'E_ETCD_UNAVAILABLE',
  ],
];

const HINTS: Partial<Record<EtcdErrorCode, string>> = {
  E_ETCD_NO_LEADER: 'Start the members that are down until a majority is up.',
  E_ETCD_TLS:
    'The client certificate must allow clientAuth (peer.crt does, server.crt does not) and be signed by the CA that etcd trusts.',
  E_ETCD_REVISION:
    'The member does not hold this revision: it has not caught up, or the revision was compacted.',
  E_ETCD_UNAVAILABLE:
    'etcd does not answer there. With a wrong certificate API 3 says no more than this; ask /version with curl.',
};
