import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { onHost } from '../host-tree';
import { idOf, sameHistory, type Running } from './cluster';
import {
  dbFile,
  EMPTY_DB,
  hasSnap,
  readDb,
  readWal,
  writeDb,
  writeSnap,
  writeWal,
  type Member,
  type Wal,
} from './member-data';
import type { EtcdProcess } from './state';
import { EMPTY_V2 } from './v2-store';

/** What a start made of the data. */
export interface Started {
  readonly etcd: EtcdProcess;
  /** Held by its process. */
  readonly db: string;
  readonly effects: readonly string[];
}

type Env = Readonly<Record<string, string>>;

/**
 * An etcd is started with what its unit's environment says, on what lies in its data directory.
 * @throws Error with why it ends at once
 */
export function startEtcd(tree: string, env: Env, isolated: boolean, others: readonly Running[]): Started {
  const dataDir = (env['ETCD_DATA_DIR'] ?? '').replace(/\/$/, '');
  const member = `${onHost(tree, dataDir)}/member`;
  const etcd = {
    name: env['ETCD_NAME'] ?? '',
    dataDir,
    clientUrl: env['ETCD_ADVERTISE_CLIENT_URLS'] ?? '',
    isolated,
  };
  const wal = readWal(member);
  const force = env['ETCD_FORCE_NEW_CLUSTER'] === 'true';
  const effects = force ? [`force start ${dataDir}`] : [];
  if (wal === undefined)
    return { etcd, db: dbFile(member), effects: [...effects, ...withoutData(member, env, others)] };
  if (!existsSync(dbFile(member))) {
    if (hasSnap(member))
      throw new Error('database file (…/member/snap/db) does not exist: a snapshot needs it');
    writeDb(member, EMPTY_DB);
  }
  if (force) writeWal(member, alone(wal, env));
  else if (!isolated) effects.push(...rejoin(member, wal, others));
  const count = Number(env['ETCD_SNAPSHOT_COUNT'] ?? 10_000);
  const { raftIndex } = readWal(member)!;
  if (raftIndex >= count && !hasSnap(member)) writeSnap(member, raftIndex);
  return { etcd, db: dbFile(member), effects };
}

/** A new cluster, or one that was told of it. The others are found by the addresses that it was given. */
function withoutData(member: string, env: Env, others: readonly Running[]): readonly string[] {
  const peerUrl = env['ETCD_INITIAL_ADVERTISE_PEER_URLS'] ?? '';
  const mine: Member = {
    id: '',
    name: env['ETCD_NAME'] ?? '',
    peerUrl,
    clientUrl: env['ETCD_ADVERTISE_CLIENT_URLS'] ?? '',
  };
  const listed = (env['ETCD_INITIAL_CLUSTER'] ?? '')
    .split(',')
    .map((pair) => pair.slice(pair.indexOf('=') + 1));
  if (env['ETCD_INITIAL_CLUSTER_STATE'] !== 'existing') {
    const members = listed.map((url) => ({ ...mine, id: idOf(`${url} of ${listed.join()}`), peerUrl: url }));
    const me = members.find(({ peerUrl: url }) => url === peerUrl) ?? members[0]!;
    writeDb(member, EMPTY_DB);
    writeWal(member, {
      ...{ member: me.id, cluster: idOf(listed.join()), lineage: randomUUID(), raftIndex: 4 },
      ...{ members: members.filter(({ id }) => id === me.id), v2: EMPTY_V2 },
    });
    return ['new cluster'];
  }
  const peer = others.find((other) =>
    readWal(other.member)!.members.some(({ peerUrl: url }) => listed.includes(url) && url !== peerUrl),
  );
  if (peer === undefined)
    throw new Error('cannot fetch cluster info from peer urls: could not retrieve cluster information');
  const known = readWal(peer.member)!;
  const asAdded = known.members.find(({ peerUrl: url }) => url === peerUrl);
  if (asAdded === undefined || known.members.length !== listed.length)
    throw new Error('error validating peerURLs: member count is unequal');
  const members = known.members.map((each) => (each.id === asAdded.id ? { ...mine, id: each.id } : each));
  const joined: Wal = { ...known, member: asAdded.id, members, raftIndex: known.raftIndex + 1 };
  // Fed by a snapshot, it gets all. Fed from the log, it gets what stands in the log: v2.
  const bySnapshot = hasSnap(peer.member);
  writeDb(member, bySnapshot ? readDb(dbFile(peer.member)) : EMPTY_DB);
  if (bySnapshot) writeSnap(member, joined.raftIndex);
  writeWal(member, joined);
  for (const other of others) {
    const wal = readWal(other.member)!;
    if (sameHistory(wal, known)) writeWal(other.member, { ...wal, members, raftIndex: joined.raftIndex });
  }
  return ['join'];
}

function alone(wal: Wal, env: Env): Wal {
  const me: Member = {
    id: wal.member,
    name: env['ETCD_NAME'] ?? '',
    peerUrl: env['ETCD_INITIAL_ADVERTISE_PEER_URLS'] ?? 'http://localhost:2380',
    clientUrl: env['ETCD_ADVERTISE_CLIENT_URLS'] ?? '',
  };
  return { ...wal, lineage: randomUUID(), members: [me], raftIndex: wal.raftIndex + 2 };
}

/** It gets what it has missed. A member of another history with the same cluster id is what never may run beside it. */
function rejoin(member: string, wal: Wal, others: readonly Running[]): readonly string[] {
  const known = others.map((other) => ({ other, its: readWal(other.member)! }));
  const mixed = known.filter(({ its }) => its.cluster === wal.cluster && its.lineage !== wal.lineage);
  const [ahead] = known
    .filter(({ its }) => sameHistory(its, wal) && its.raftIndex > wal.raftIndex)
    .sort((one, other) => other.its.raftIndex - one.its.raftIndex);
  if (ahead !== undefined) {
    const { members, raftIndex, v2 } = ahead.its;
    writeWal(member, { ...wal, members, raftIndex, v2 });
    writeDb(member, readDb(dbFile(ahead.other.member)));
  }
  return mixed.map(({ other }) => `two histories of one cluster, with ${other.host}`);
}
