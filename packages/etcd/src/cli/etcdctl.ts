import type { CommandResult, ReadHost, ReadOptions } from '@pawl/hosts';
import type { EtcdSettings } from '../config/settings';
import { commandFailed, neverBegan } from '../parse/complaint';

/** A command line as it is run on a host: argv and the environment it needs. */
export interface Command {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export type Asked = Pick<EtcdSettings, 'clientEndpoint' | 'certs'>;

/** API 2. The API is always named: the default is 2 up to 3.3 and 3 in 3.4. */
export function etcdctlV2(settings: Asked, args: readonly string[], endpoints?: readonly string[]): Command {
  const certs =
    settings.certs === null
      ? []
      : [
          '--cert-file',
          settings.certs.cert,
          '--key-file',
          settings.certs.key,
          '--ca-file',
          settings.certs.ca,
        ];
  return {
    argv: ['etcdctl', ...certs, '--endpoints', (endpoints ?? [settings.clientEndpoint]).join(','), ...args],
    env: { ETCDCTL_API: '2' },
  };
}

/** API 3. Keys never stand in `args`: their names can be secrets; give them on stdin to a `txn`. */
export function etcdctlV3(settings: Asked, args: readonly string[], endpoints?: readonly string[]): Command {
  const certs =
    settings.certs === null
      ? []
      : ['--cert', settings.certs.cert, '--key', settings.certs.key, '--cacert', settings.certs.ca];
  return {
    argv: ['etcdctl', ...certs, '--endpoints', (endpoints ?? [settings.clientEndpoint]).join(','), ...args],
    env: { ETCDCTL_API: '3' },
  };
}

/** `snapshot status`, `version`: they ask no endpoint. */
export function etcdctlOffline(args: readonly string[]): Command {
  return { argv: ['etcdctl', ...args], env: { ETCDCTL_API: '3' } };
}

/** @throws EtcdError `E_ETCD_MISSING`: not being there is no answer of etcd's, whatever a parser makes of an empty one */
export async function run(
  host: ReadHost,
  command: Command,
  options: Omit<ReadOptions, 'env'> = {},
): Promise<CommandResult> {
  const result = await host.read(command.argv, { ...options, env: command.env });
  if (neverBegan(result)) throw commandFailed(result, `run ${command.argv[0] ?? 'etcdctl'}`, host.name);
  return result;
}
