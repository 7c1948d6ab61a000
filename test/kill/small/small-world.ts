import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { localTransport, type HostEntry, type Transport } from '@pawl/hosts';
import type { Effect, OpenWorld } from '../runner/subject';

/** The hosts of the small world. */
export const SMALL_HOSTS = ['h1', 'h2'] as const;

/** Two hosts, each a mount namespace whose /var/lib lies in the world's folder. `witness WHAT` there writes an effect down. */
export async function newSmallWorld(dir: string): Promise<OpenWorld> {
  for (const name of SMALL_HOSTS) {
    const tree = treeOf(dir, name);
    for (const made of ['var-lib/data/member', 'sbin']) mkdirSync(join(tree, made), { recursive: true });
    writeFileSync(join(tree, 'var-lib/data/member/db'), `data of ${name}\n`);
    writeFileSync(join(tree, 'var-lib/effects'), '');
    const witness = `#!/bin/sh\necho "$*" >>/var/lib/effects\n`;
    writeFileSync(join(tree, 'sbin/witness'), witness, { mode: 0o755 });
  }
  return openSmallWorld(dir);
}

export async function openSmallWorld(dir: string): Promise<OpenWorld> {
  const keepers = await Promise.all(SMALL_HOSTS.map((name) => openHost(dir, name)));
  return {
    async settle() {
      while (jobsRun(keepers)) await delay(10);
    },
    async close() {
      for (const keeper of keepers) await end(keeper);
    },
  };
}

export function smallEntries(): readonly HostEntry[] {
  return SMALL_HOSTS.map((name) => ({ name, address: name, port: 22, user: 'root', become: false }));
}

/** By the process that keeps the host's namespace: any process may come in. */
export function smallTransport(dir: string, { name }: HostEntry): Transport {
  const keeper = readFileSync(keeperFile(dir, name), 'utf8');
  return localTransport(['nsenter', '-t', keeper, '-m', '--', '/bin/sh', '-c']);
}

export function smallEffects(dir: string): readonly Effect[] {
  return SMALL_HOSTS.flatMap((host) =>
    readFileSync(join(treeOf(dir, host), 'var-lib/effects'), 'utf8')
      .split('\n')
      .filter((what) => what !== '')
      .map((what) => ({ host, what })),
  );
}

/** Every file, with its content where it is none of Pawl's. */
export function smallPicture(dir: string): ReadonlyMap<string, string> {
  const picture = new Map<string, string>();
  for (const host of SMALL_HOSTS) {
    const root = join(treeOf(dir, host), 'var-lib');
    for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
      const file = join(root, path);
      const own = path.startsWith('pawl/');
      // Jobs are named after rows of the journal, of which a run that was killed has more.
      const key = `${host} /var/lib/${path.replace(/\b\d{4}\./, 'N.')}`;
      picture.set(key, own || !statSync(file).isFile() ? 'there' : readFileSync(file, 'utf8'));
    }
  }
  return picture;
}

function treeOf(dir: string, host: string): string {
  return join(dir, 'hosts', host);
}

function keeperFile(dir: string, host: string): string {
  return join(treeOf(dir, host), 'keeper');
}

/** Ends when its standard input does: also where the tests are killed. */
async function openHost(dir: string, name: string): Promise<ChildProcess> {
  const tree = treeOf(dir, name);
  const mounts = [
    `mount --bind '${tree}/sbin' /usr/local/sbin`,
    `mount --bind '${tree}/var-lib' /var/lib`,
    'mount -t tmpfs tmpfs /run',
  ].join('; ');
  const script = `set -eu; ${mounts}; echo ready; exec cat >/dev/null`;
  const keeper = spawn('unshare', ['-m', '--propagation', 'private', '/bin/sh', '-c', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(keeper.stdout, 'data');
  writeFileSync(keeperFile(dir, name), String(keeper.pid));
  return keeper;
}

async function end(keeper: ChildProcess): Promise<void> {
  for (const process_ of inside(keeper)) kill(process_);
  const gone = once(keeper, 'exit');
  keeper.stdin?.end();
  await gone;
}

function jobsRun(keepers: readonly ChildProcess[]): boolean {
  return keepers.some((keeper) => inside(keeper).length > 0);
}

function inside(keeper: ChildProcess): readonly number[] {
  const namespace = link(`/proc/${keeper.pid ?? 0}/ns/mnt`);
  return readdirSync('/proc')
    .map(Number)
    .filter((process_) => Number.isInteger(process_) && process_ !== keeper.pid)
    .filter((process_) => link(`/proc/${process_}/ns/mnt`) === namespace);
}

/** A process may end while it is looked at. */
function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

function kill(process_: number): void {
  try {
    process.kill(process_, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
