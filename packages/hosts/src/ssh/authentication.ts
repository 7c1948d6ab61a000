import type { AnyAuthMethod } from 'ssh2';
import { HostError } from '../host-error';
import type { HostEntry } from '../hosts-api';
import { defaultIdentityFiles, readPrivateKey } from './private-key';

/** One way to prove who we are, and what to call it when it failed. */
export interface Identity {
  readonly name: string;
  readonly method: AnyAuthMethod;
}

export interface Identities {
  readonly offered: readonly Identity[];
  /** Keys that were there and couldn't be used. */
  readonly unusable: readonly HostError[];
}

/**
 * What is offered to a host, in order: the key file that the inventory names, so that an agent full of keys can't use up
 * the tries that sshd allows (six); the agent; OpenSSH's usual key files where the inventory names none.
 * @throws HostError `E_KEY_FILE` for a named key file that can't be used; with a passphrase only where there is no agent
 */
export async function identitiesFor(
  entry: HostEntry,
  agent: string | undefined,
  usual: readonly string[] = defaultIdentityFiles(),
): Promise<Identities> {
  const named = entry.privateKeyFile;
  const files = await Promise.all((named === undefined ? usual : [named]).map((file) => offer(entry, file)));
  const keys = files.filter((it): it is Identity => !(it instanceof HostError));
  const unusable = files.filter((it): it is HostError => it instanceof HostError);
  const fatal =
    named === undefined ? undefined : unusable.find((it) => agent === undefined || !isEncrypted(it));
  if (fatal !== undefined) throw fatal;
  const fromAgent: readonly Identity[] =
    agent === undefined
      ? []
      : [{ name: `the agent at ${agent}`, method: { type: 'agent', username: entry.user, agent } }];
  return {
    offered: named === undefined ? [...fromAgent, ...keys] : [...keys, ...fromAgent],
    unusable: named === undefined ? unusable.filter((it) => !isMissing(it)) : unusable,
  };
}

/** The refusal by a host that took none of them. */
export function authError(
  entry: HostEntry,
  { offered, unusable }: Identities,
  said: string,
  cause?: unknown,
): HostError {
  const names = offered.map(({ name }) => name);
  const tried = names.length === 0 ? 'there is none to offer' : `offered: ${names.join(', ')}`;
  const beside = unusable.map(({ message }) => `; ${message}`).join('');
  return new HostError(
    'E_AUTH',
    `${entry.name} (${entry.address}:${entry.port}) takes no key of ours for ${entry.user} (${said}); ${tried}${beside}`,
    {
      host: entry.name,
      where: `${entry.user}@${entry.address}:${entry.port}`,
      hint: `\`ssh -o BatchMode=yes -p ${entry.port} ${entry.user}@${entry.address} true\` must work: put the public key into ~${entry.user}/.ssh/authorized_keys there, or name another key in the inventory (ansible_ssh_private_key_file).`,
      facts: { began: false, offered: names },
      cause,
    },
  );
}

async function offer(entry: HostEntry, file: string): Promise<Identity | HostError> {
  try {
    const key = await readPrivateKey(entry, file);
    return { name: `the key file ${file}`, method: { type: 'publickey', username: entry.user, key } };
  } catch (error) {
    if (error instanceof HostError) return error;
    throw error;
  }
}

function isEncrypted({ facts }: HostError): boolean {
  return facts?.['reason'] === 'passphrase';
}

function isMissing({ facts }: HostError): boolean {
  return facts?.['reason'] === 'unreadable';
}
