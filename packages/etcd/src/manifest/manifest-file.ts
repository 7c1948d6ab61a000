import { createHash } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EtcdError } from '../errors';
import type { Manifest, ManifestEntry, ManifestHeader } from './manifest';

/** The file's lines: the header, then one entry a line, each a JSON array to keep 100,000 of them small. */
export function* manifestLines(manifest: Manifest): Generator<string, void, undefined> {
  yield `${JSON.stringify(manifest.header)}\n`;
  for (const entry of manifest.entries) yield `${JSON.stringify(fields(entry))}\n`;
}

/** sha256 of the file that `writeManifest` writes. */
export function manifestDigest(manifest: Manifest): string {
  const hash = createHash('sha256');
  for (const line of manifestLines(manifest)) hash.update(line);
  return hash.digest('hex');
}

/**
 * Writes it, mode 0600, and returns the file's sha256.
 * Durable when it returns: the whole file under its name, synced. May happen twice: the same bytes replace the file.
 */
export async function writeManifest(path: string, manifest: Manifest): Promise<string> {
  const hash = createHash('sha256');
  const beside = `${path}.part`;
  const file = await open(beside, 'w', 0o600);
  try {
    await file.chmod(0o600);
    let batch = '';
    for (const line of manifestLines(manifest)) {
      hash.update(line);
      batch += line;
      if (batch.length < 1_000_000) continue;
      await file.write(batch);
      batch = '';
    }
    await file.write(batch);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
  const directory = await open(dirname(path), 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
  return hash.digest('hex');
}

/** @throws EtcdError `E_ETCD_MANIFEST` where the file is not the one with this digest, or is no manifest */
export async function readManifestFile(path: string, expectedDigest?: string): Promise<Manifest> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw damaged(path, 'it can’t be read', cause);
  });
  if (expectedDigest !== undefined && createHash('sha256').update(bytes).digest('hex') !== expectedDigest)
    throw damaged(path, 'its sha256 is not the recorded one');
  const [first = '', ...lines] = bytes.toString('utf8').split('\n');
  const header = asHeader(jsonLine(first, path), path);
  if (lines.pop() !== '' || lines.length !== header.keys) throw damaged(path, 'it is not whole');
  return { header, entries: lines.map((line) => asEntry(jsonLine(line, path), path)) };
}

function fields(entry: ManifestEntry): readonly unknown[] {
  return [entry.key, entry.valueSha256, entry.bytes, entry.createdIndex, entry.modifiedIndex, entry.expires];
}

function jsonLine(line: string, path: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw damaged(path, 'a line is no JSON', cause);
  }
}

function asHeader(json: unknown, path: string): ManifestHeader {
  const isHeader = (value: unknown): value is ManifestHeader =>
    typeof value === 'object' &&
    value !== null &&
    'format' in value &&
    value.format === 'pawl-manifest-1' &&
    'keys' in value &&
    typeof value.keys === 'number' &&
    'secretPrefixes' in value &&
    Array.isArray(value.secretPrefixes);
  if (!isHeader(json)) throw damaged(path, 'its first line is no header of format pawl-manifest-1');
  return json;
}

function asEntry(json: unknown, path: string): ManifestEntry {
  const values: readonly unknown[] = Array.isArray(json) ? json : [];
  const [key, valueSha256, bytes, createdIndex, modifiedIndex, expires] = values;
  if (
    typeof key !== 'string' ||
    typeof valueSha256 !== 'string' ||
    typeof bytes !== 'number' ||
    typeof createdIndex !== 'number' ||
    typeof modifiedIndex !== 'number' ||
    (typeof expires !== 'number' && expires !== null)
  ) {
    throw damaged(path, 'a line is no entry');
  }
  return { key, valueSha256, bytes, createdIndex, modifiedIndex, expires };
}

function damaged(path: string, why: string, cause?: unknown): EtcdError {
  return new EtcdError('E_ETCD_MANIFEST', `the manifest can't be used: ${why}`, {
    where: path,
    hint: 'A copy of it stands in the run’s folder on the migration host.',
    cause,
  });
}
