import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

/** What a member knows, in its WAL: who it is, whom it knows, and v2. */
export interface Wal {
  /** Hex, as all ids. */
  readonly member: string;
  readonly cluster: string;
  /** The same in all members of one history; another one after a forced start. */
  readonly lineage: string;
  readonly members: readonly Member[];
  readonly raftIndex: number;
  readonly v2: V2;
}

export interface Member {
  readonly id: string;
  /** Empty until it has started. */
  readonly name: string;
  readonly peerUrl: string;
  /** Empty until it has started. */
  readonly clientUrl: string;
}

export interface V2 {
  readonly index: number;
  /** By path; a directory has no value. */
  readonly nodes: Readonly<Record<string, V2Node>>;
  readonly history: readonly V2Event[];
}

export interface V2Node {
  readonly value?: string;
  /** Epoch milliseconds. */
  readonly expiration?: number;
  readonly created: number;
  readonly modified: number;
}

export interface V2Event {
  readonly index: number;
  readonly action: 'set' | 'expire';
  readonly key: string;
}

/** The v3 database. Keys and values are bytes, as latin1. */
export interface Db {
  /** 0: never written. */
  readonly revision: number;
  readonly keys: Readonly<Record<string, V3Key>>;
  /** Seconds granted, and until when: epoch milliseconds. */
  readonly leases: Readonly<Record<string, { readonly ttl: number; readonly until: number }>>;
}

export interface V3Key {
  readonly value: string;
  readonly create: number;
  readonly mod: number;
  readonly version: number;
  readonly lease?: string;
}

export const EMPTY_DB: Db = { revision: 0, keys: {}, leases: {} };

/**
 * A member's data is in real files, so that what is renamed, copied, set aside and put back is the data. `member`: the directory, as
 * this process reaches it.
 */
const walFile = (member: string): string => path.join(member, 'wal', `${hex16(0)}-${hex16(0)}.wal`);
export const dbFile = (member: string): string => path.join(member, 'snap/db');

export function readWal(member: string): Wal | undefined {
  return existsSync(walFile(member)) ? (JSON.parse(readFileSync(walFile(member), 'utf8')) as Wal) : undefined;
}

export function readDb(file: string): Db {
  return JSON.parse(readFileSync(file, 'utf8')) as Db;
}

/** In place: who holds the database's lock holds that file. */
export function writeWal(member: string, wal: Wal): void {
  write(walFile(member), JSON.stringify(wal));
}

export function writeDb(member: string, db: Db): void {
  write(dbFile(member), JSON.stringify(db));
}

/** v2's snapshot: without one, a joiner is fed from the log, in which v3 is not. */
export function writeSnap(member: string, index: number): void {
  write(path.join(member, 'snap', `${hex16(2)}-${hex16(index)}.snap`), 'a snapshot of v2\n');
}

export function hasSnap(member: string): boolean {
  return readdirSync(path.join(member, 'snap')).some((name) => name.endsWith('.snap'));
}

/** Owned as the data directory is. */
function write(file: string, text: string): void {
  const isNew = !existsSync(file);
  if (isNew) makeDirectory(path.dirname(file));
  writeFileSync(file, text, { mode: 0o600 });
  if (isNew) own(file);
}

function makeDirectory(dir: string): void {
  if (existsSync(dir)) return;
  makeDirectory(path.dirname(dir));
  mkdirSync(dir, { mode: 0o700 });
  own(dir);
}

function own(file: string): void {
  const { uid, gid } = statSync(path.dirname(file));
  chownSync(file, uid, gid);
}

const hex16 = (number: number): string => number.toString(16).padStart(16, '0');
