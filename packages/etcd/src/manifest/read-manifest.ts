import type { ReadHost } from '@pawl/hosts';
import { v2Path } from '../cli/curl';
import type { Asked } from '../cli/etcdctl';
import { EtcdError, unexpectedOutput } from '../errors';
import { headerIndex, type HttpHead } from '../parse/http-answer';
import { keyName } from './key-name';
import type { Manifest, ManifestEntry } from './manifest';
import { readV2Answers } from './v2-answers';
import { createV2Tree, type V2Directory, type V2Leaf } from './v2-tree';

export interface ManifestOptions {
  readonly secretPrefixes: readonly string[];
  /** Directory levels that are listed one by one before the rest is read whole; 2 if left out. */
  readonly levels?: number;
  readonly signal?: AbortSignal;
  readonly progress?: (keys: number) => void;
}

/**
 * Reads the whole v2 store of one member (its own copy: no quorum is asked), complete, a digest a key. Level by level and
 * then directory by directory, so that etcd never makes one answer of the whole store.
 *
 * Consistent only while nobody writes: `nobodyWrites` from `header.etcdIndex` on proves that.
 * @throws EtcdError `E_ETCD_V2`, `E_ETCD_PARSE`
 */
export async function readManifest(
  host: ReadHost,
  settings: Asked,
  options: ManifestOptions,
): Promise<Manifest> {
  const levels = options.levels ?? 2;
  const leaves: V2Leaf[] = [];
  const heads: HttpHead[] = [];
  const counted = { directories: 0, withTtl: 0 };
  let due: readonly V2Directory[] = [{ key: '/', expires: null, ownExpiration: false, listed: false }];
  for (let level = 0; due.length > 0; level++) {
    const recursive = level >= levels;
    const below: V2Directory[] = [];
    const asked = due;
    heads.push(
      ...(await readV2Answers(
        host,
        settings,
        asked.map((directory) => v2Path(directory.key, recursive ? '?recursive=true' : '')),
        (index) => {
          const top = asked[index];
          if (top === undefined) throw unexpectedOutput('GET /v2/keys', 'more answers than requests');
          return createV2Tree(
            {
              leaf: (leaf) => {
                leaves.push({ ...leaf, key: keyName(leaf.key, options.secretPrefixes) });
                if (leaves.length % 10_000 === 0) options.progress?.(leaves.length);
              },
              directory: (directory) => {
                // The one that was asked for has been counted when it was listed in the level above.
                if (directory.key === '' || directory.key === top.key) return;
                counted.directories++;
                if (directory.ownExpiration) counted.withTtl++;
                if (!recursive) below.push(directory);
              },
              error: (code, message) => goneOr(top, code, message, host.name),
            },
            top.expires,
          );
        },
        options.signal,
      )),
    );
    due = below;
  }
  return manifest(leaves, heads, counted, settings, options.secretPrefixes);
}

/** A directory with a TTL may run out between its listing and its reading; anything else is an error. */
function goneOr(directory: V2Directory, errorCode: number, message: string, host: string): void {
  if (errorCode === KEY_NOT_FOUND && directory.expires !== null) return;
  throw new EtcdError(
    'E_ETCD_V2',
    `the v2 store answered ${errorCode} ${message} for a directory that it had listed`,
    {
      where: host,
      hint:
        errorCode === KEY_NOT_FOUND
          ? 'Somebody deleted it a moment ago: are all writers stopped?'
          : 'Look at etcd’s log on this host.',
      facts: { errorCode },
    },
  );
}

const KEY_NOT_FOUND = 100;

function manifest(
  leaves: readonly V2Leaf[],
  heads: readonly HttpHead[],
  counted: { readonly directories: number; readonly withTtl: number },
  settings: Asked,
  secretPrefixes: readonly string[],
): Manifest {
  const entries: ManifestEntry[] = leaves
    .map(entry)
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const twice = entries.find((found, index) => found.key === entries[index + 1]?.key);
  if (twice !== undefined) throw unexpectedOutput('GET /v2/keys', 'the same key in two answers');
  const first = heads[0];
  const last = heads.filter((head) => head.status === 200).at(-1);
  const etcdIndex = first === undefined ? undefined : headerIndex(first, 'x-etcd-index');
  const etcdIndexAtEnd = last === undefined ? undefined : headerIndex(last, 'x-etcd-index');
  const raftIndex = last === undefined ? undefined : headerIndex(last, 'x-raft-index');
  const clusterId = last?.headers['x-etcd-cluster-id'];
  const takenAt = Date.parse(last?.headers.date ?? '');
  if (
    etcdIndex === undefined ||
    etcdIndexAtEnd === undefined ||
    raftIndex === undefined ||
    clusterId === undefined ||
    Number.isNaN(takenAt)
  ) {
    throw unexpectedOutput(
      'GET /v2/keys',
      'an answer without X-Etcd-Index, X-Raft-Index, X-Etcd-Cluster-Id or Date',
    );
  }
  return {
    header: {
      format: 'pawl-manifest-1',
      endpoint: settings.clientEndpoint,
      clusterId,
      takenAt: new Date(takenAt).toISOString(),
      etcdIndex,
      etcdIndexAtEnd,
      raftIndex,
      keys: entries.length,
      bytes: entries.reduce((sum, found) => sum + found.bytes, 0),
      keysWithTtl: entries.filter((found) => found.expires !== null).length,
      directories: counted.directories,
      directoriesWithTtl: counted.withTtl,
      largestValue: entries.reduce((most, found) => Math.max(most, found.bytes), 0),
      secretPrefixes,
    },
    entries,
  };
}

function entry(leaf: V2Leaf): ManifestEntry {
  return {
    key: leaf.key,
    valueSha256: leaf.valueSha256,
    bytes: leaf.bytes,
    createdIndex: leaf.createdIndex,
    modifiedIndex: leaf.modifiedIndex,
    expires: leaf.expires,
  };
}
