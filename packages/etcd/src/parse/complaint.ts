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
  const code = neverBegan(result) ? 'E_ETCD_MISSING' : failureCode(said);
  return new EtcdError(code, `could not ${doing}: ${said === '' ? how : said}`, {
    hint: HINTS[code] ?? tlsHint(said, code),
    facts: { exit: result.exit, said },
    ...(where === undefined ? {} : { where }),
  });
}

/** `env`, `timeout` and every shell end so where the program can't be run at all. */
export function neverBegan({ exit }: Pick<Told, 'exit'>): boolean {
  return exit === 126 || exit === 127;
}

/** By text alone: the same fault has exit 1 or 2 depending on the version. */
export function failureCode(said: string): EtcdErrorCode {
  return CODES.find(([pattern]) => pattern.test(said))?.[1] ?? 'E_ETCD_COMMAND';
}

const CODES: readonly (readonly [RegExp, EtcdErrorCode])[] = [
  [/no leader/, 'E_ETCD_NO_LEADER'],
  // One that ends, or begins, while it is asked: cut off in the handshake, where a refused certificate is told in words.
  [
    /^curl: \((?:35|52)\).*(?:Connection reset by peer|Empty reply from server|SSL_ERROR_SYSCALL)/,
    'E_ETCD_UNAVAILABLE',
  ],
  [/bad certificate|x509:|certificate (?:signed|specifies)|tls:|SSL/, 'E_ETCD_TLS'],
  [/required revision (?:is a future revision|has been compacted)/, 'E_ETCD_REVISION'],
  [
    // 55 and 56: closed after the handshake. So ends a member that stops, and so TLS 1.3 refuses a client, without a word.
    /^curl: \((?:55|56)\)|connection refused|unavailable or misconfigured|timed out|deadline exceeded|Couldn't connect|Failed to connect|couldn't connect/i,
    'E_ETCD_UNAVAILABLE',
  ],
];

const HINTS: Partial<Record<EtcdErrorCode, string>> = {
  E_ETCD_NO_LEADER: 'Start the members that are down until a majority is up.',
  E_ETCD_MISSING:
    'Install it again on that host (etcd, etcdctl and curl, in /usr/bin or /usr/local/bin, to be run by root); then go on.',
  E_ETCD_REVISION:
    'The member does not hold this revision: it has not caught up, or the revision was compacted.',
  E_ETCD_UNAVAILABLE:
    'etcd does not answer there: `systemctl status etcd` and `journalctl -u etcd` on that host say why. Mend it; where it has stopped and is not held, `systemctl start etcd` there; then go on. `rejected connection` in its log means that it refuses the client’s certificate (ETCD_PEER_CERT_FILE): renew that.',
};

/** Which certificate it is about, and what is wrong with it: each has another remedy. */
const TLS_HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /expired|not yet valid/,
    'A certificate has run out, or a clock is wrong: `date` and `openssl x509 -noout -dates -in FILE` for the certificates in /etc/etcd on that host. Renew it (restart etcd where it is the server’s and etcd is up), then go on.',
  ],
  [
    /certificate is (?:valid for|not valid for)|any IP SANs|does(?: not|n't) match|no alternative certificate/i,
    'The server’s certificate is for other names than the address that is asked: `openssl x509 -noout -text -in /etc/etcd/server.crt` on that host, Subject Alternative Name. Issue one that names it, restart etcd, then go on.',
  ],
  [
    /unknown authority|local issuer|self.signed/i,
    'The server’s certificate is signed by another CA than the one in /etc/etcd/ca.crt on that host (ETCD_PEER_TRUSTED_CA_FILE, ETCD_TRUSTED_CA_FILE). Put the CA and certificates of this cluster there, then go on.',
  ],
];

function tlsHint(said: string, code: EtcdErrorCode): string {
  if (code !== 'E_ETCD_TLS') return 'The message is etcdctl’s own.';
  return (
    TLS_HINTS.find(([words]) => words.test(said))?.[1] ??
    'etcd refuses the client’s certificate (`journalctl -u etcd` on that host says why: `rejected connection`): it must be signed by the CA that etcd trusts, not have run out, and allow clientAuth (peer.crt does, server.crt does not). Look at ETCD_PEER_CERT_FILE in etcd.conf on that host, then go on.'
  );
}
