import { sh, type ReadHost, type Sh } from '@pawl/hosts';
import { EtcdError } from '../errors';
import type { Scratch } from './scratch';

/**
 * A host as it looks from inside the scratch etcd's network: its loopback is the scratch etcd's, and nothing else is reached.
 * Files are the host's own. Whatever asks an etcd over a host asks the scratch one over this, with `scratchSettings`.
 *
 * @throws EtcdError, from each read, `E_ETCD_SCRATCH` where the unit does not run: with the last lines of its journal
 */
export function scratchHost(host: ReadHost, scratch: Scratch): ReadHost {
  const inside = (argv: readonly string[]): readonly string[] => scratchArgv(scratch, argv);
  const read: ReadHost['read'] = async (argv, options) => {
    const result = await host.read(inside(argv), options);
    if (result.exit === NOT_RUNNING) throw notRunning(scratch, host, result.stderr.toString('utf8'));
    return result;
  };
  return {
    name: host.name,
    address: host.address,
    read,
    readScript: (script, options) => read(['/bin/sh', '-eu', '-c', script.text], options),
    async *readStream(argv, options) {
      try {
        yield* host.readStream(inside(argv), options);
      } catch (error) {
        if (!(error instanceof Error) || !error.message.includes(doesNotRun(scratch))) throw error;
        throw notRunning(scratch, host, error.message, error);
      }
    },
  };
}

/** The command line that runs `argv` there. */
export function scratchArgv(scratch: Scratch, argv: readonly string[]): readonly string[] {
  return ['/bin/sh', '-eu', '-c', enter(scratch).text, 'sh', ...argv];
}

const NOT_RUNNING = 113;

/**
 * A unit that was started a moment ago is not in its own network yet: to ask then would ask the host's own etcd, so it is waited
 * for.
 */
function enter(scratch: Scratch): Sh {
  const service = `${scratch.unit}.service`;
  return sh`tries=0
while :; do
  pid=$(systemctl show -p MainPID ${service})
  pid=\${pid#MainPID=}
  if [ "\${pid:-0}" = 0 ]; then
    systemctl show -p LoadState -p ActiveState -p Result ${service} >&2
    journalctl -q -n 20 --no-pager -o cat -u ${service} >&2 || :
    echo ${doesNotRun(scratch)} >&2
    exit ${NOT_RUNNING}
  fi
  net=$(readlink "/proc/$pid/ns/net") || net=
  if [ -n "$net" ] && [ "$net" != "$(readlink /proc/self/ns/net)" ]; then break; fi
  tries=$((tries + 1))
  if [ "$tries" -gt 100 ]; then
    echo ${`${service} has no network of its own`} >&2
    exit ${NOT_RUNNING}
  fi
  sleep 0.1
done
exec nsenter -t "$pid" -n "$@"`;
}

function notRunning(scratch: Scratch, host: ReadHost, said: string, cause?: unknown): EtcdError {
  return new EtcdError('E_ETCD_SCRATCH', `the etcd on ${scratch.folder} does not run`, {
    where: `${host.name}: unit ${scratch.unit}`,
    hint: 'Its last words tell why: a database that is missing or does not match wants another one, a damaged WAL or snapshot another backup.',
    facts: { said: said.trim().slice(-4000) },
    cause,
  });
}

function doesNotRun(scratch: Scratch): string {
  return `${scratch.unit}.service does not run`;
}
