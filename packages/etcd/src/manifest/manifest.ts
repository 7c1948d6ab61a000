/** What one v2 key is, without its value. */
export interface ManifestEntry {
  /** The key, or below a secret prefix `<prefix>#<sha256 of the rest>`. */
  readonly key: string;
  readonly valueSha256: string;
  /** Of the value. */
  readonly bytes: number;
  readonly createdIndex: number;
  readonly modifiedIndex: number;
  /** Epoch milliseconds: the earliest of its own expiration and its directories'; null: for ever. */
  readonly expires: number | null;
}

export interface ManifestHeader {
  readonly format: 'pawl-manifest-1';
  /** The member that was read, hex id of its cluster. */
  readonly endpoint: string;
  readonly clusterId: string;
  /** RFC 3339, UTC, by the clock of the member's host. */
  readonly takenAt: string;
  /** X-Etcd-Index of the first answer: whatever was written later than this may be missing. A watch goes on from here. */
  readonly etcdIndex: number;
  /** X-Etcd-Index of the last answer. */
  readonly etcdIndexAtEnd: number;
  /** X-Raft-Index of the last answer. */
  readonly raftIndex: number;
  readonly keys: number;
  /** Of all values. */
  readonly bytes: number;
  readonly keysWithTtl: number;
  readonly directories: number;
  readonly directoriesWithTtl: number;
  readonly largestValue: number;
  readonly secretPrefixes: readonly string[];
}

/**
 * The v2 store as it was, one digest a key, sorted by key. Hidden keys (a path element that starts with `_`) are not in it:
 * the v2 API does not list them, and `migrate` does not carry them over.
 */
export interface Manifest {
  readonly header: ManifestHeader;
  readonly entries: readonly ManifestEntry[];
}
