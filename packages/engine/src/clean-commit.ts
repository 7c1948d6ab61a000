import type { JsonObject } from './json';
import type { Commit, JournalEntry } from './ports';

/** Takes secrets out of what is said: same shape, other text. Given by whoever knows what a secret looks like. */
export type Redact = (said: JsonObject) => JsonObject;

/**
 * A commit as it is written: errors, reasons and what persons have said go through `redact` before they are hashed, since a row
 * can't be cleaned afterwards without breaking its chain. Facts of what was done stay as they are: later steps rest on them,
 * and what a step returns is its own to keep clean.
 */
export function cleanCommit(commit: Commit, redact: Redact | undefined): Commit {
  if (redact === undefined) return commit;
  return {
    ...commit,
    entries: commit.entries.map((entry) => cleanEntry(entry, redact)),
    ...(commit.close !== undefined && {
      close: commit.close.map(({ error, ...intent }) =>
        error === undefined ? intent : { ...intent, error: redact(error) },
      ),
    }),
    ...(commit.reason !== undefined && { reason: redact(commit.reason) }),
  };
}

function cleanEntry({ kind, data }: JournalEntry, redact: Redact): JournalEntry {
  const { facts, ...said } = data;
  return { kind, data: { ...redact(said), ...(facts !== undefined && { facts }) } };
}
