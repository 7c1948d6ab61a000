import { failed, said, type Answer, type Call } from '../calls';
import { clusterOf, commit, idOf, type Cluster } from './cluster';
import { ETCD_VERSION, type EtcdWorld } from './etcd-world';
import { clusterHealth, endpointStatus } from './etcdctl-health';
import { memberAdd, memberList, memberUpdate } from './etcdctl-members';
import { migrate, snapshotStatus } from './etcdctl-offline';
import { header } from './ids';
import { parseTxn } from './parse-txn';
import { txnJson } from './txn-json';
import { runTxn } from './v3-store';

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
