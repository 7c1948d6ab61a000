import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { bindTree } from './host-tree';

/** A host's own mounts and processes; the kernel and the network are this machine's. */
export interface Namespace {
  /** Outside, of the process whose end is the end of every process in it. */
  readonly keeper: number;
  /** The processes in it, by their ids there, the first one (1) included. */
  processes(): readonly number[];
  /** As a host that is switched off: nothing in it runs any more. */
  close(): Promise<void>;
}

/** Says why not, where these tests can't run. */
export function whyNoWorld(): string | undefined {
  if (process.platform !== 'linux') return 'not Linux';
  if (process.getuid?.() !== 0) return 'not root: no private namespace can be made';
  const tried = spawnSync('unshare', [...APART, '/bin/sh', '-c', 'mount -t tmpfs tmpfs /mnt && perl -e 1'], {
    encoding: 'utf8',
  });
  return tried.status === 0 ? undefined : `unshare, mount or perl don't work here: ${tried.stderr}`;
}

/** Ends with this process, whatever ends it: its first process lives as long as its standard input. */
export async function openNamespace(tree: string): Promise<Namespace> {
  const keeper = spawn(
    'unshare',
    [...APART, '/bin/sh', '-euc', `${bindTree(tree)}\nexec perl -e '${FIRST}'`],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const { pid } = keeper;
  const gone = once(keeper, 'exit');
  const [said] = await Promise.race([once(keeper.stdout, 'data'), gone]);
  if (pid === undefined || !Buffer.isBuffer(said)) throw new Error(`no namespace for ${tree}`);
  return {
    keeper: pid,
    processes: () => readdirSync(`/proc/${pid}/root/proc`).filter(isNumber).map(Number),
    async close() {
      keeper.stdin.end();
      await gone;
    },
  };
}

/** The command that runs what follows inside it. */
export function into(keeper: number): readonly [string, ...string[]] {
  return ['nsenter', '-t', String(keeper), '-m', `--pid=/proc/${keeper}/ns/pid_for_children`, '--'];
}

const APART = ['-m', '-p', '-f', '--mount-proc', '--kill-child', '--propagation', 'private'];

/** Nobody waits for what a connection has left behind: the kernel is told to forget it. */
const FIRST = '$SIG{CHLD} = "IGNORE"; $| = 1; print "ready\\n"; 1 while sysread STDIN, $_, 1';

const isNumber = (name: string): boolean => /^\d+$/.test(name);
