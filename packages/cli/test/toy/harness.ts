import { EventEmitter } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { main, type Io, type Parts } from 'pawl';
import { schemaFaults } from '../schemas';
import { toyParts } from './parts';
import { toyWorld, type World } from './world';

interface Said {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Bench {
  readonly folder: string;
  readonly db: string;
  readonly inventory: string;
  readonly world: World;
  /** Runs the command line in this process; `{db}` and `{inventory}` stand for the bench's own. */
  pawl(line: string, change?: Partial<Io>, parts?: Parts): Promise<Said>;
  /** Its one JSON document. */
  json(
    line: string,
    change?: Partial<Io>,
  ): Promise<{ readonly exit: number; readonly document: Record<string, unknown> }>;
  /** The same; it fits its schema and has no field that is not in it. */
  fitting: Bench['json'];
  clear(): void;
}

const NOW = new Date('2026-11-24T10:00:00Z');
export const CLUSTER = 'openshift.example.com';
export const ACCEPT = `--accept-point-of-no-return ${CLUSTER}`;

export const INVENTORY = `[OSEv3:children]
masters
etcd

[OSEv3:vars]
ansible_user=root
openshift_master_cluster_hostname=${CLUSTER}

[etcd]
etcd1 ansible_host=198.18.0.1
etcd2 ansible_host=198.18.0.2

[masters]
master1 ansible_host=198.18.0.3
`;

export function bench(): Bench {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'pawl-cli-'));
  const inventory = join(folder, 'hosts.ini');
  writeFileSync(inventory, INVENTORY);
  const world = toyWorld(mkdtempSync(join(folder, 'world-')));
  const db = join(folder, 'pawl.db');
  const pawl: Bench['pawl'] = async (line, change = {}, parts = toyParts(world)) => {
    const argv = line
      .split(' ')
      .map((word) => (word === '{db}' ? db : word === '{inventory}' ? inventory : word));
    const [stdout, stderr] = [captured(), captured()];
    const exit = await main(
      argv,
      { ...plainIo(folder), ...change, stdout: stdout.stream, stderr: stderr.stream },
      parts,
    );
    return { exit, stdout: stdout.text(), stderr: stderr.text() };
  };
  const json: Bench['json'] = async (line, change) => {
    const { exit, stdout } = await pawl(`${line} --json`, change);
    return { exit, document: JSON.parse(stdout) as Record<string, unknown> };
  };
  return {
    folder,
    db,
    inventory,
    world,
    pawl,
    json,
    async fitting(line, change) {
      const answer = await json(line, change);
      expect(schemaFaults(answer.document)).toEqual([]);
      return answer;
    },
    clear: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Nobody to ask, no terminal, no colours. */
function plainIo(cwd: string): Omit<Io, 'stdout' | 'stderr'> {
  return {
    stdin: Readable.from([]),
    env: {},
    isTTY: { stdin: false, stdout: false, stderr: false },
    signalSource: new EventEmitter(),
    who: 'op@controller',
    uid: 1000,
    cwd,
    now: () => NOW,
  };
}

function captured(): { readonly stream: PassThrough; readonly text: () => string } {
  const stream = new PassThrough();
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') };
}
