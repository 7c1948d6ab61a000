import { createHash } from 'node:crypto';
import type { ReadHost } from '@pawl/hosts';
import type { Asked } from '../cli/etcdctl';
import { serverVersion } from '../cluster/ask';
import { keyName } from '../manifest/key-name';
import type { KeyValue, RangePage } from '../parse/range';
import { PAGE_KEYS, readPage } from './page';

/** A v3 key, without its value. */
export interface V3Entry {
  /** As the manifest has it: names under the secret prefixes as their sha256. */
  readonly key: string;
  readonly valueSha256: string;
  readonly bytes: number;
  readonly createRevision: number;
  readonly modRevision: number;
  readonly version: number;
  /** Hex. */
  readonly lease: string | undefined;
}

export interface WalkOptions {
  /** Pinned to the newest of the first page if left out: later writes are not seen. */
  readonly revision?: number;
  /** Keys a page, `PAGE_KEYS` if left out; fewer by itself where a page would be too large to carry. */
  readonly limit?: number;
  /** The digests are then of nothing. */
  readonly keysOnly?: boolean;
  readonly secretPrefixes: readonly string[];
  readonly signal?: AbortSignal;
}

/** Every key that one member holds at one revision, in key order, a page in memory at a time. */
export async function* walkV3(
  host: ReadHost,
  settings: Asked,
  options: WalkOptions,
): AsyncGenerator<V3Entry, void, undefined> {
  for await (const kv of walkRaw(host, settings, options)) yield v3Entry(kv, options.secretPrefixes);
}

/** As `walkV3`, with keys and values as they are: for those who must write them again. */
export async function* walkRaw(
  host: ReadHost,
  settings: Asked,
  options: Omit<WalkOptions, 'secretPrefixes'> = {},
): AsyncGenerator<KeyValue, void, undefined> {
  // One that is away or refuses the certificate says so at once: see `v3State`.
  await serverVersion(host, settings);
  let revision = options.revision;
  let limit = options.limit ?? PAGE_KEYS;
  let from: Buffer | undefined;
  for (;;) {
    const asked: Parameters<typeof readPage>[2] = {
      limit,
      ...(from === undefined ? {} : { from }),
      ...(revision === undefined ? {} : { revision }),
      ...(options.keysOnly === undefined ? {} : { keysOnly: options.keysOnly }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    };
    const page: RangePage | 'too-large' = await readPage(host, settings, asked).catch((error: unknown) => {
      if (limit > 1 && isTooLarge(error)) return 'too-large';
      throw error;
    });
    if (page === 'too-large') {
      limit = Math.ceil(limit / 4);
      continue;
    }
    revision ??= page.revision;
    yield* page.kvs;
    const last = page.kvs.at(-1);
    if (!page.more || last === undefined) return;
    // The least key after the last one.
    from = Buffer.concat([last.key, Buffer.from([0])]);
  }
}

export function v3Entry(kv: KeyValue, secretPrefixes: readonly string[]): V3Entry {
  return {
    key: keyName(kv.key, secretPrefixes),
    valueSha256: createHash('sha256').update(kv.value).digest('hex'),
    bytes: kv.value.length,
    createRevision: kv.createRevision,
    modRevision: kv.modRevision,
    version: kv.version,
    lease: kv.lease,
  };
}

export function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'E_OUTPUT_TOO_LARGE';
}
