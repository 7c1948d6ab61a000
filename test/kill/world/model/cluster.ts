import { createHash } from 'node:crypto';
import { dbFile, readDb, readWal, writeDb, writeWal, type Db, type Wal } from './member-data';
import type { EtcdProcess } from './state';
import { expireV2 } from './v2-store';
import { expireLeases } from './v3-store';

/** A member that runs: on which host, and where its data lies, as this process reaches it. */
export interface Running extends EtcdProcess {
  readonly host: string;
  readonly member: string;
}

/** A member and those it forms a cluster with. */
export interface Cluster {
  readonly me: Running;
  readonly wal: Wal;
  readonly db: Db;
  /** Those that run, itself included. */
  readonly group: readonly Running[];
  /** Most of the members run: there is a leader. */
  readonly quorum: boolean;
  readonly leader: Running | undefined;
}

/** A member's cluster as it is now: what has run out is gone, where there is a leader to see to it. */
export function clusterOf(me: Running, running: readonly Running[], now: number): Cluster {
  const mine = readWal(me.member)!;
  const group = running.filter(
    (other) =>
      other.member === me.member ||
      (!other.isolated && !me.isolated && sameHistory(readWal(other.member)!, mine) && isMember(mine, other)),
  );
  const quorum = group.length > mine.members.length / 2;
  if (quorum) expire(group, now);
  return {
    ...{ me, group, quorum },
    wal: readWal(me.member)!,
    db: readDb(dbFile(me.member)),
    leader: quorum ? group.at(-1) : undefined,
  };
}

const isMember = (wal: Wal, other: Running): boolean =>
  wal.members.some(({ id }) => id === readWal(other.member)!.member);

function expire(group: readonly Running[], now: number): void {
  for (const { member } of group) {
    const [wal, db] = [readWal(member)!, readDb(dbFile(member))];
    const v2 = expireV2(wal.v2, now);
    if (v2 !== wal.v2) writeWal(member, { ...wal, v2, raftIndex: wal.raftIndex + v2.index - wal.v2.index });
    const left = expireLeases(db, now);
    if (left !== db) writeDb(member, left);
  }
}

/** An entry of the log, on every member that runs. */
export function commit(
  { group }: Cluster,
  change: { readonly wal?: (wal: Wal) => Partial<Wal>; readonly db?: (db: Db) => Db },
): void {
  for (const { member } of group) {
    const wal = readWal(member)!;
    writeWal(member, { ...wal, ...change.wal?.(wal), raftIndex: wal.raftIndex + 1 });
    if (change.db !== undefined) writeDb(member, change.db(readDb(dbFile(member))));
  }
}

export const sameHistory = (one: Wal, other: Wal): boolean =>
  one.cluster === other.cluster && one.lineage === other.lineage;

export const idOf = (text: string): string =>
  BigInt(`0x${createHash('sha256').update(text).digest('hex').slice(0, 16)}`).toString(16);
