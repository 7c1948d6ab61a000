import { isIP } from 'node:net';
import type { HostEntry } from '../hosts-api';
import { honoured, insteadOf, takenWith, withoutEffect } from './connection-variables';
import type { Value } from './declarations';
import { inventoryError, unsupported } from './inventory-error';
import { truth } from './truth';

export interface EntryQuestion {
  readonly name: string;
  readonly values: ReadonlyMap<string, Value>;
  readonly where: string;
  readonly defaultUser: string;
  /** Whether what can't be honoured is refused. */
  readonly isStrict: boolean;
}

/** How a host is reached, from its variables. @throws HostError `E_INVENTORY`, `E_INVENTORY_UNSUPPORTED` where `isStrict` */
export function entryFor({ name, values, where, defaultUser, isStrict }: EntryQuestion): HostEntry {
  if (!isStrict) return { name, address: name, port: 22, user: defaultUser, become: defaultUser !== 'root' };
  for (const [variable, value] of values) refuseUnsupported(name, variable, value);
  const isLocal = connectionOf(name, valueOf(name, values, honoured.connection)) === 'local';
  const login = checked(name, valueOf(name, values, honoured.user), /^[A-Za-z0-9_][A-Za-z0-9_.@-]*$/);
  // As Ansible has it: nobody logs in to the machine on which it runs.
  const user = isLocal ? defaultUser : (login ?? defaultUser);
  const privateKeyFile = isLocal ? undefined : valueOf(name, values, honoured.privateKeyFile)?.text;
  refuseWithoutRoot(name, user, valueOf(name, values, honoured.become), where);
  return {
    name,
    address: addressOf(name, valueOf(name, values, honoured.address)),
    port: portOf(name, valueOf(name, values, honoured.port)),
    user,
    become: user !== 'root',
    ...(privateKeyFile === undefined ? {} : { privateKeyFile }),
    ...(isLocal ? { connection: 'local' } : {}),
  };
}

interface Named extends Value {
  readonly variable: string;
}

/** A setting under either of its names; which of two different values wins has changed from one Ansible to the next. */
function valueOf(
  host: string,
  values: ReadonlyMap<string, Value>,
  names: readonly string[],
): Named | undefined {
  const set = names.flatMap((variable) => {
    const value = values.get(variable);
    return value === undefined ? [] : [{ ...value, variable }];
  });
  const [first, second] = set;
  if (first !== undefined && second !== undefined && first.text !== second.text) {
    throw inventoryError(
      second.where,
      `${host} has both ${first.variable}=${first.text} (${first.where}) and ${second.variable}=${second.text}`,
      'Keep one of them.',
    );
  }
  if (first === undefined) return undefined;
  if (first.text.includes('{{')) {
    throw unsupported(
      first.where,
      `${first.variable} of ${host} is a template, which is not supported yet`,
      'Write the value itself.',
      first.variable,
    );
  }
  return first;
}

function refuseUnsupported(host: string, variable: string, { text, where }: Value): void {
  if (!variable.startsWith('ansible_') || withoutEffect.has(variable) || text === '') return;
  if (Object.values(honoured).some((names) => names.some((name) => name === variable))) return;
  const taken = takenWith.get(variable);
  if (taken?.includes(text) === true) return;
  const value = taken === undefined ? '' : `=${text}`;
  throw unsupported(
    where,
    `${variable}${value} is not supported yet, and it applies to ${host}`,
    insteadOf.get(variable) ??
      'It may say how the host is reached, so it is not passed over: take it out for this host.',
    variable,
  );
}

/** Names of Ansible's ways by SSH are one way here. */
function connectionOf(host: string, value: Named | undefined): 'ssh' | 'local' {
  if (value === undefined || ['', 'ssh', 'smart', 'paramiko'].includes(value.text)) return 'ssh';
  if (value.text === 'local') return 'local';
  throw unsupported(
    value.where,
    `${value.variable}=${value.text} is not supported yet, and it applies to ${host}`,
    insteadOf.get(value.variable) ?? '',
    value.variable,
  );
}

function addressOf(host: string, value: Named | undefined): string {
  if (value !== undefined && isIP(value.text) !== 0) return value.text;
  return checked(host, value, /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/) ?? host;
}

function portOf(host: string, value: Named | undefined): number {
  const port = Number(checked(host, value, /^\d{1,5}$/) ?? 22);
  if (port > 0 && port < 65_536) return port;
  throw inventoryError(
    value?.where ?? host,
    `${host} has the port ${port}`,
    'A port is a number from 1 to 65535.',
  );
}

function checked(host: string, value: Named | undefined, pattern: RegExp): string | undefined {
  if (value === undefined || pattern.test(value.text)) return value?.text;
  throw inventoryError(
    value.where,
    `'${value.text}' can't be the ${value.variable} of ${host}`,
    'A comment behind a value in a [group:vars] section belongs to the value: put it on a line of its own.',
  );
}

function refuseWithoutRoot(host: string, user: string, become: Named | undefined, where: string): void {
  const wanted = become === undefined ? undefined : truth(become.text);
  if (become !== undefined && wanted === undefined) {
    throw inventoryError(
      become.where,
      `${become.variable}=${become.text} of ${host} is neither true nor false`,
      'Write true or false.',
    );
  }
  if (user === 'root' || wanted !== false) return;
  throw inventoryError(
    become?.where ?? where,
    `${host} is reached as ${user}, and ${become?.variable ?? 'ansible_become'} forbids becoming root, which Pawl has to be`,
    'Set ansible_become=true, with `sudo -n` allowed for this user, or ansible_user=root.',
  );
}
