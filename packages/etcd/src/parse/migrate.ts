import { complaint, textOf, type Told } from './complaint';

/**
 * `finished`: exit 0 and the success line; complete as far as migrate knows, and no more (a WAL cut in the middle gives this
 * with a part of the keys). `no-v2-keys`: nothing there, so a wrong directory. `waiting`: another process holds the copy's db;
 * what it would write after that is stale. `failed`: anything else, no answer included.
 */
export interface MigrateVerdict {
  readonly verdict: 'finished' | 'no-v2-keys' | 'waiting' | 'failed';
  /** The first line of its complaint, for people. */
  readonly said: string;
  readonly exit: number | null;
}

/** Exact lines, never the whole output: 3.4 logs JSON between them on stdout. */
export function parseMigrate(result: Told): MigrateVerdict {
  const lines = textOf(result.stdout).split('\n');
  const stderr = textOf(result.stderr);
  const said = migrateComplaint(result);
  const exit = result.exit;
  if (stderr.includes('waiting for etcd to close and release its lock'))
    return { verdict: 'waiting', said, exit };
  if (exit !== 0) return { verdict: 'failed', said, exit };
  if (lines.includes('finished transforming keys')) return { verdict: 'finished', said, exit };
  if (lines.includes('no v2 keys to migrate')) return { verdict: 'no-v2-keys', said, exit };
  return { verdict: 'failed', said, exit };
}

/** Its log lines stand before the complaint on stderr: informational ones of capnslog are left out. */
function migrateComplaint(result: Pick<Told, 'stderr'>): string {
  const kept = textOf(result.stderr)
    .split('\n')
    .filter((line) => !/^\S+ \S+ [IND] \| /.test(line));
  return complaint({ stderr: kept.join('\n') });
}
