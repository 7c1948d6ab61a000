import { unexpectedOutput } from '../errors';
import { count, field, parseJson } from '../json';

export interface SnapshotStatus {
  /** Decimal. Comparable only between files written by one etcdctl from the same data before etcd was started on them. */
  readonly hash: string;
  /** 0: no v3 write was ever made to it. */
  readonly revision: number;
  /** Records of all buckets: no count of keys. */
  readonly records: number;
  readonly bytes: number;
}

/** API 3, `-w json snapshot status FILE`. On the db of a running etcd it waits for ever: give it a deadline. */
export function parseSnapshotStatus(stdout: string): SnapshotStatus {
  const command = 'etcdctl snapshot status';
  const json = parseJson(stdout, command);
  const hash = field(json, 'hash');
  const revision = count(field(json, 'revision'), command);
  if (typeof hash !== 'bigint' || revision === undefined) throw unexpectedOutput(command, stdout);
  return {
    hash: hash.toString(),
    revision,
    records: count(field(json, 'totalKey'), command) ?? 0,
    bytes: count(field(json, 'totalSize'), command) ?? 0,
  };
}
