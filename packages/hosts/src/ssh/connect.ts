import { connect as connectTcp } from 'node:net';
import { Client } from 'ssh2';
import type { ConnectConfig } from 'ssh2';
import type { HostError } from '../host-error';
import type { HostEntry } from '../hosts-api';
import { authError, identitiesFor } from './authentication';
import type { Identities } from './authentication';
import { hostKeyAlgorithms } from './host-key';
import { hostKeyCheck } from './host-key-check';
import { defaultKnownHosts, readKnownHosts } from './read-known-hosts';
import { unreachable } from '../transport-errors';

export interface SshOptions {
  /** known_hosts files; OpenSSH's two if left out. */
  readonly knownHosts?: readonly string[];
  /** SSH_AUTH_SOCK, if an agent is to be asked. */
  readonly agent?: string;
  /** Offered where the inventory names no key; `~/.ssh/id_{ed25519,ecdsa,rsa}` if left out. */
  readonly identityFiles?: readonly string[];
  /** From the first packet to a session that takes commands; 20 000 if left out. */
  readonly connectTimeoutMs?: number;
  /** A connection that answers none of three such calls in a row is lost; 15 000 if left out. */
  readonly keepaliveMs?: number;
}

export interface Connection {
  readonly client: Client;
  /** Resolves when it can't take or finish any command any more; before the commands on it are told. */
  readonly lost: Promise<void>;
  /** The same, asked at once. */
  isLost(): boolean;
  /** What was heard of a loss, as the rest of a sentence; may be empty. */
  lastWords(): string;
  /** Takes leave of the host; where it doesn't answer, cuts the connection off. */
  end(): void;
}

/**
 * One connection, its host's key checked and its user let in.
 * @throws HostError `E_UNREACHABLE` (`facts.began` false), `E_HOST_KEY`, `E_AUTH`, `E_KEY_FILE`
 */
export async function connect(
  entry: HostEntry,
  options: SshOptions,
  signal: AbortSignal,
): Promise<Connection> {
  const files = options.knownHosts ?? defaultKnownHosts();
  const known = await readKnownHosts(entry, files);
  const identities = await identitiesFor(entry, options.agent, options.identityFiles);
  const check = hostKeyCheck(entry, known, files);
  return open(
    entry,
    {
      username: entry.user,
      readyTimeout: options.connectTimeoutMs ?? 20_000,
      keepaliveInterval: options.keepaliveMs ?? 15_000,
      keepaliveCountMax: 3,
      algorithms: { serverHostKey: [...hostKeyAlgorithms(known, entry.address, entry.port)] },
      hostVerifier: check.verify,
      authHandler: identities.offered.map(({ method }) => method),
    },
    (heard) => check.refusal() ?? refusal(entry, identities, heard),
    signal,
  );
}

function open(
  entry: HostEntry,
  config: ConnectConfig,
  refusalOf: (heard: Error) => HostError,
  signal: AbortSignal,
): Promise<Connection> {
  const client = new Client();
  const sock = connectTcp({ host: entry.address, port: entry.port, noDelay: true });
  const cutOff = (): void => void sock.destroy();
  let isReady = false;
  let isLost = false;
  let heard: Error | undefined;
  const cutOffSoon = (): void => {
    const deaf = setTimeout(cutOff, answerWithinMs);
    client.once('close', () => clearTimeout(deaf));
  };
  const end = (): void => {
    client.end();
    if (isReady) cutOffSoon();
    else cutOff();
  };
  return new Promise((resolve, reject) => {
    const lost = new Promise<void>((tell) => {
      client.on('close', () => {
        isLost = true;
        signal.removeEventListener('abort', end);
        tell();
        reject(refusalOf(heard ?? new Error('the connection was closed')));
      });
    });
    client.on('ready', () => {
      isReady = true;
      heard = undefined;
      const lastWords = (): string => (heard === undefined ? '' : `: ${heard.message}`);
      resolve({ client, lost, isLost: () => isLost, lastWords, end });
    });
    client.on('error', (error) => {
      if (isOneIdentitys(error)) return;
      heard ??= error;
      cutOffSoon();
    });
    signal.addEventListener('abort', end, { once: true });
    client.connect({ ...config, sock });
    if (signal.aborted) end();
  });
}

/** ssh2 takes leave politely and then waits; a host that is gone never answers. */
const answerWithinMs = 1000;

/** An agent that can't be reached, or a key that can't sign, is one identity that failed: the others are still tried. */
function isOneIdentitys(error: Error): boolean {
  return ('level' in error && error.level === 'agent') || error.message.includes('signing data');
}

function refusal(entry: HostEntry, identities: Identities, heard: Error): HostError {
  const isAuth = 'level' in heard && heard.level === 'client-authentication';
  if (isAuth || /authentication failures/i.test(heard.message)) {
    return authError(entry, identities, heard.message, heard);
  }
  return unreachable(entry, `can't be reached: ${heard.message}`, false, heard);
}
