import { PawlError } from '@pawl/engine';
import { sh, type ReadHost } from '@pawl/hosts';
import type { MachineFacts } from '../facts';

/**
 * Which machine answers under a host's name: its id (clones share theirs) with that of its boot (containers of one kernel share
 * theirs). Of the one that Pawl runs on also where it is, and where the inventory says it is: no host key vouches for that.
 */
export async function lookAtMachine(host: ReadHost, isLocal: boolean): Promise<MachineFacts> {
  const who = await host.read(['cat', '/etc/machine-id', '/proc/sys/kernel/random/boot_id']);
  const [id = '', boot = ''] = lines(who.stdout);
  if (who.exit !== 0 || id === '' || boot === '')
    throw new PawlError('E_MACHINE_ID', `${host.name}: which machine this is could not be read`, {
      where: host.name,
      hint: `cat /etc/machine-id /proc/sys/kernel/random/boot_id said: ${who.stderr.toString('utf8').trim()}`,
    });
  return { machine: `${id} ${boot}`, local: isLocal ? await placesOf(host) : null };
}

/** By `hostname -I`, which leaves loopback out; a name that leads to loopback is this machine by definition. */
async function placesOf(host: ReadHost): Promise<NonNullable<MachineFacts['local']>> {
  const seen = await host.readScript(sh`hostname -I | tr ' ' '\n' | sed 's/^/own /'
getent ahosts ${host.address} | awk '{ print "meant", $1 }' || true`);
  const told = (word: string): readonly string[] => [
    ...new Set(
      lines(seen.stdout).flatMap((line) =>
        line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : [],
      ),
    ),
  ];
  return { own: told('own'), meant: told('meant') };
}

const lines = (output: Buffer): readonly string[] =>
  output
    .toString('utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
