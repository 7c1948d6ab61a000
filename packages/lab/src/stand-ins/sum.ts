import { createHash } from 'node:crypto';
import type { Backend, StoredLeaf } from './backend';

export interface Sum {
  readonly count: number;
  readonly sha256: string;
  /** The same over the keys that stay: what must be equal before and after a migration. */
  readonly permanent: { readonly count: number; readonly sha256: string };
}

/** Count and digest over the sorted keys and values. What the lab's own probe writes is left out. */
export async function sum(backend: Backend, prefixes: readonly string[]): Promise<Sum> {
  const leaves: StoredLeaf[] = [];
  for (const prefix of prefixes) {
    for await (const leaf of backend.leaves(prefix)) if (!leaf.key.includes('/lab-probe/')) leaves.push(leaf);
  }
  leaves.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return { ...digest(leaves), permanent: digest(leaves.filter((leaf) => !leaf.temporary)) };
}

function digest(leaves: readonly StoredLeaf[]): { count: number; sha256: string } {
  const hash = createHash('sha256');
  for (const { key, value } of leaves) hash.update(`${key}\0${value}\0`);
  return { count: leaves.length, sha256: hash.digest('hex') };
}
