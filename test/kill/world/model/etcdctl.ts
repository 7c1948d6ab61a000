import { existsSync, openSync, closeSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { failed, said, type Answer, type Call } from '../calls';
import { onHost } from '../host-tree';
import { clusterOf, commit, idOf, type Cluster, type Running } from './etcd';
import { dbFile, readDb, readWal, writeDb, type Db, type V3Key, type Wal } from './member-data';
import { parseTxn, runTxn, txnJson } from './v3-store';

export interface EtcdWorld {
  readonly tree: (host: string) => string;
  /** Members that run; of those with a network of their own the one whose network it is. */
  readonly reached: (call: Pick<Call, 'host' | 'net'>, url: string) => Running | undefined;
  readonly running: () => readonly Running[];
  readonly effect: (host: string, what: string) => void;
  readonly now: () => number;
}

export const ETCD_VERSION = '3.2.22';

/** Exit statuses and words are those of 3.2.22. */
export function etcdctl(world: EtcdWorld, call: Call): Answer | 'never' {
  const { options, words } = parse(call.args);
  const command = words.slice(0, 2).join(' ');
  if (words[0] === 'version') return said(`etcdctl version: ${ETCD_VERSION}\nAPI version: 3.2\n`);
  if (command === 'snapshot status') return snapshotStatus(world, call, words[2] ?? '');
  if (words[0] === 'migrate') return migrate(world, call, options.get('--data-dir') ?? '');
  const endpoints = (options.get('--endpoints') ?? '').split(',');
  if (command === 'endpoint status') return endpointStatus(world, call, endpoints);
  if (words[0] === 'cluster-health') return clusterHealth(world, call, endpoints);
  const me = endpoints.map((url) => world.reached(call, url)).find((found) => found !== undefined);
  if (me === undefined) return refused(endpoints[0] ?? '');
  const cluster = clusterOf(me, world.running(), world.now());
  switch (command) {
    case 'member list':
      return memberList(cluster, options.get('-w') === 'json');
    case 'member add':
      return memberAdd(world, cluster, words[2] ?? '', options.get('--peer-urls') ?? '');
    case 'member update':
      return memberUpdate(world, cluster, words[2] ?? '', options.get('--peer-urls') ?? '');
    case 'alarm list':
      return said('');
    case 'lease grant':
      return leaseGrant(world, cluster, Number(words[2]));
    case 'txn':
      return txn(world, cluster, call.stdin.toString('latin1'), options.get('-w') === 'json');
    default:
      return failed(`the model knows no etcdctl ${call.args.join(' ')}\n`, 99);
  }
}

const refused = (url: string): Answer =>
  failed(`Error:  dial tcp ${url.replace(/^https?:\/\//, '')}: connect: connection refused\n`, 2);

const header = ({ wal }: Cluster): string =>
  `"cluster_id":${decimal(wal.cluster)},"member_id":${decimal(wal.member)}`;

const decimal = (hex: string): string => BigInt(`0x${hex}`).toString();

function endpointStatus(world: EtcdWorld, call: Call, endpoints: readonly string[]): Answer {
  const statuses = endpoints.flatMap((url) => {
    const me = world.reached(call, url);
    if (me === undefined) return [];
    const cluster = clusterOf(me, world.running(), world.now());
    const leader =
      cluster.leader === undefined ? '' : `"leader":${decimal(readWal(cluster.leader.member)!.member)},`;
    return [
      `{"Endpoint":"${url}","Status":{"header":{${header(cluster)},"revision":${Math.max(1, cluster.db.revision)},"raft_term":2},"version":"${ETCD_VERSION}","dbSize":24576,${leader}"raftIndex":${cluster.wal.raftIndex},"raftTerm":2}}`,
    ];
  });
  const silent = endpoints.filter((url) => world.reached(call, url) === undefined);
  const stdout = statuses.length === 0 ? '' : `[${statuses.join(',')}]\n`;
  const complaint = (url: string): string =>
    `Failed to get the status of endpoint ${url} (context deadline exceeded)\n`;
  return silent.length === 0 ? said(stdout) : failed(silent.map(complaint).join(''), 1, stdout);
}

function clusterHealth(world: EtcdWorld, call: Call, endpoints: readonly string[]): Answer {
  const me = endpoints.map((url) => world.reached(call, url)).find((found) => found !== undefined);
  if (me === undefined) {
    const why = `client: etcd cluster is unavailable or misconfigured; error #0: dial tcp ${endpoints[0] ?? ''}: connect: connection refused`;
    return failed(`Error:  ${why}\n`, 4, 'cluster may be unhealthy: failed to list members\n');
  }
  const { wal, quorum, group } = clusterOf(me, world.running(), world.now());
  const lines = wal.members.flatMap(({ id, name, clientUrl }) => {
    if (name === '') return `member ${id} is unreachable: no available published client urls`;
    const up = group.some(({ member }) => readWal(member)!.member === id);
    const why = `Get "${clientUrl}/health": dial tcp ${clientUrl.replace('https://', '')}: connect: connection refused`;
    if (!up)
      return [
        `failed to check the health of member ${id} on ${clientUrl}: ${why}`,
        `member ${id} is unreachable: [${clientUrl}] are all unreachable`,
      ];
    return quorum
      ? `member ${id} is healthy: got healthy result from ${clientUrl}`
      : `member ${id} is unhealthy: got unhealthy result from ${clientUrl}`;
  });
  const text = `${lines.join('\n')}\ncluster is ${quorum ? 'healthy' : 'unhealthy'}\n`;
  return quorum ? said(text) : failed('', 5, text);
}

function memberList(cluster: Cluster, json: boolean): Answer {
  const { members } = cluster.wal;
  if (!json) {
    return said(
      members
        .map(
          ({ id, name, peerUrl, clientUrl }) =>
            `${id}, ${name === '' ? 'unstarted' : 'started'}, ${name}, ${peerUrl}, ${clientUrl}\n`,
        )
        .join(''),
    );
  }
  const list = members.map(
    ({ id, name, peerUrl, clientUrl }) =>
      [
        `{"ID":${decimal(id)}`,
        ...(name === '' ? [] : [`"name":"${name}"`]),
        `"peerURLs":["${peerUrl}"]`,
        ...(clientUrl === '' ? [] : [`"clientURLs":["${clientUrl}"]`]),
      ].join(',') + '}',
  );
  return said(`{"header":{${header(cluster)},"raft_term":2},"members":[${list.join(',')}]}\n`);
}

function memberAdd(world: EtcdWorld, cluster: Cluster, name: string, peerUrl: string): Answer {
  const { wal, quorum, me } = cluster;
  if (wal.members.some((member) => member.peerUrl === peerUrl))
    return failed('Error:  etcdserver: Peer URLs already exists\n');
  if (wal.members.some((member) => member.name === ''))
    return failed('Error:  etcdserver: re-configuration failed due to not enough started members\n');
  if (!quorum) return failed('Error:  etcdserver: unhealthy cluster\n');
  const id = idOf(`${peerUrl} of ${wal.lineage}`);
  const members = [...wal.members, { id, name: '', peerUrl, clientUrl: '' }];
  commit(cluster, { wal: () => ({ members }) });
  world.effect(me.host, `member add ${name}`);
  const list = members
    .map((member) => `${member.name === '' ? name : member.name}=${member.peerUrl}`)
    .join(',');
  return said(
    `Member ${id} added to cluster ${wal.cluster}\n\nETCD_NAME="${name}"\nETCD_INITIAL_CLUSTER="${list}"\nETCD_INITIAL_CLUSTER_STATE="existing"\n`,
  );
}

function memberUpdate(world: EtcdWorld, cluster: Cluster, id: string, peerUrl: string): Answer {
  const { wal, quorum, me } = cluster;
  if (!quorum) return failed('Error:  context deadline exceeded\n');
  if (!wal.members.some((member) => member.id === id))
    return failed('Error:  etcdserver: member not found\n');
  commit(cluster, {
    wal: ({ members }) => ({
      members: members.map((member) => (member.id === id ? { ...member, peerUrl } : member)),
    }),
  });
  world.effect(me.host, 'member update');
  return said(`Member ${id.padStart(16)} updated in cluster ${wal.cluster}\n`);
}

function leaseGrant(world: EtcdWorld, cluster: Cluster, ttl: number): Answer {
  if (!cluster.quorum) return failed('Error:  failed to grant lease (context deadline exceeded)\n');
  const id = idOf(
    `lease ${Object.keys(cluster.db.leases).length} of ${cluster.wal.lineage} at ${cluster.wal.raftIndex}`,
  );
  const until = world.now() + ttl * 1000;
  commit(cluster, { db: (db) => ({ ...db, leases: { ...db.leases, [id]: { ttl, until } } }) });
  world.effect(cluster.me.host, 'lease grant');
  return said(`lease ${id} granted with TTL(${ttl}s)\n`);
}

function txn(world: EtcdWorld, cluster: Cluster, text: string, json: boolean): Answer {
  const request = parseTxn(text);
  if (!cluster.quorum && !request.serializable) return failed('Error:  context deadline exceeded\n');
  try {
    const done = runTxn(cluster.db, request);
    if (done.db !== cluster.db && done.db.revision !== cluster.db.revision) {
      commit(cluster, { db: (db) => runTxn(db, request).db });
      for (const key of done.succeeded ? done.puts : []) world.effect(cluster.me.host, `put ${shown(key)}`);
      for (const key of done.succeeded ? done.deletes : [])
        world.effect(cluster.me.host, `delete ${shown(key)}`);
    }
    return said(json ? txnJson(done, header(cluster)) : `${done.succeeded ? 'SUCCESS' : 'FAILURE'}\n`);
  } catch (error) {
    return failed(`Error:  ${(error as Error).message}\n`);
  }
}

const shown = (key: string): string => Buffer.from(key, 'latin1').toString('utf8');

/** Under a lock it waits for ever. */
function snapshotStatus(world: EtcdWorld, call: Call, path: string): Answer | 'never' {
  const file = onHost(world.tree(call.host), path);
  if (!existsSync(file)) return failed(`Error:  stat ${path}: no such file or directory\n`);
  if (isLocked(file)) return 'never';
  const { revision, keys } = readDb(file);
  const total = Object.keys(keys).length;
  return said(
    `{"hash":${Number(`0x${idOf(JSON.stringify(keys)).slice(0, 7)}`)},"revision":${revision},"totalKey":${total},"totalSize":28672}\n`,
  );
}

/** v2's keys become v3's, with both indices; those that are hidden do not, nor do TTLs. Nothing is refused: whoever calls it knows. */
function migrate(world: EtcdWorld, call: Call, dataDir: string): Answer | 'never' {
  world.effect(call.host, `migrate ${dataDir}`);
  const member = `${onHost(world.tree(call.host), dataDir)}/member`;
  const wal = readWal(member);
  const begun = 'using default transformer\n';
  if (wal === undefined)
    return failed(`Error:  open ${dataDir}/member/snap: no such file or directory\n`, 1, begun);
  if (existsSync(dbFile(member)) && isLocked(dbFile(member))) return 'never';
  const keys = migrated(wal);
  if (Object.keys(keys).length === 0) return said(`${begun}no v2 keys to migrate\n`);
  const db: Db = { revision: wal.v2.index, keys, leases: {} };
  writeDb(member, db);
  return {
    exit: 0,
    stdout: `${begun}finished transforming keys\n`,
    stderr: '2026-11-24 11:12:20.581527 I | etcdserver/api: enabled capabilities for version 3.2\n',
  };
}

function migrated({ v2 }: Wal): Readonly<Record<string, V3Key>> {
  return Object.fromEntries(
    Object.entries(v2.nodes).flatMap(([key, { value, created, modified }]): [string, V3Key][] =>
      value === undefined || key.includes('/_')
        ? []
        : [[latin1(key), { value: latin1(value), create: created, mod: modified, version: 1 }]],
    ),
  );
}

const latin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

function isLocked(file: string): boolean {
  const open = openSync(file, 'r');
  try {
    return (
      spawnSync('flock', ['-n', '-x', '3'], { stdio: ['ignore', 'ignore', 'ignore', open] }).status !== 0
    );
  } finally {
    closeSync(open);
  }
}

/** Words that are no options; options with their values. */
function parse(args: readonly string[]): {
  readonly options: ReadonlyMap<string, string>;
  readonly words: readonly string[];
} {
  const options = new Map<string, string>();
  const words: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at]!;
    if (!arg.startsWith('-')) words.push(arg);
    else if (arg.includes('=')) options.set(arg.slice(0, arg.indexOf('=')), arg.slice(arg.indexOf('=') + 1));
    else options.set(arg, args[(at += 1)] ?? '');
  }
  return { options, words };
}
