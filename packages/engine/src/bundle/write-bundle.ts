import { canonicalJson, sha256 } from '../canonical';
import type { Redact } from '../clean-commit';
import type { Json, JsonObject } from '../json';
import type { Head } from '../ports';
import type { JournalRow, RunRecord } from '../records';
import { BUNDLE_SCHEMA, type BundleEnd, type BundleHeader } from './bundle';

export interface BundleParts {
  /** `store.load`, `store.definition`, `store.journal` and `store.head` of one run, of one moment. */
  readonly record: RunRecord;
  readonly definition: string;
  readonly rows: readonly JournalRow[];
  readonly head: Head;
  readonly madeBy: string;
  readonly madeAt: string;
  /** Must give the same for what it has cleaned already, or every bundle would list all rows as cleaned. */
  readonly redact: Redact;
  /** The same for facts that steps returned, whose names are the machine's own; `redact` if left out. */
  readonly redactFacts?: Redact;
}

export interface WrittenBundle {
  /** A line each: header, rows, end. */
  readonly text: string;
  /** Rows that could not be handed on as they stand. */
  readonly cleaned: readonly number[];
}

/**
 * A run as a bundle, to be read by `readBundle` of this and every later release. Pure. Rows go in as they were hashed; one that
 * still holds what looks like a secret is cleaned, and the end says so: its place in the chain can be checked then, not its content.
 */
export function writeBundle(parts: BundleParts): WrittenBundle {
  const { definition, rows, head, madeBy, madeAt, redact } = parts;
  const record = redact(parts.record as unknown as JsonObject) as unknown as RunRecord;
  const header: BundleHeader = { schema: BUNDLE_SCHEMA, madeBy, madeAt, record, definition };
  const clean = rows.map((row) => ({ ...row, data: cleanData(row.data, parts) }));
  const isCleaned = rows.map((row, at) => canonicalJson(row.data) !== canonicalJson(clean[at]?.data));
  const cleaned = isCleaned.flatMap((was, at) => (was ? [at + 1] : []));
  const first = canonicalJson(header);
  const end: BundleEnd = { rows: head.seq, head: head.hash, cleaned, header: sha256(first) };
  const lines = [first, ...clean.map(canonicalJson), canonicalJson(end)];
  return { text: `${lines.join('\n')}\n`, cleaned };
}

function cleanData(
  { facts, ...said }: JsonObject,
  { redact, redactFacts = redact }: BundleParts,
): JsonObject {
  return {
    ...redact(said),
    ...(isObject(facts) ? { facts: redactFacts(facts) } : facts !== undefined && { facts }),
  };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
