import { isUnfinished, PawlError, type RunRecord } from '@pawl/engine';

/**
 * The run that is meant: the one named, else the only unfinished one.
 * @throws PawlError `E_NO_RUN` (none, or not that one), `E_WHICH_RUN` (several are unfinished)
 */
export function whichRun(
  runs: readonly RunRecord[],
  named: string | undefined,
  database: string,
  isMeant: (record: RunRecord) => boolean = isUnfinished,
): RunRecord {
  if (named !== undefined) {
    const found = runs.find((record) => record.run === named);
    if (found !== undefined) return found;
    throw new PawlError('E_NO_RUN', `there is no run ${named}`, {
      where: database,
      hint: 'See `pawl runs`. Runs are kept per user and database: name another one with --db FILE.',
    });
  }
  const meant = runs.filter(isMeant);
  const [only, ...others] = meant;
  if (only === undefined)
    throw new PawlError('E_NO_RUN', 'there is no unfinished run', {
      where: database,
      hint: 'Name the run (see `pawl runs`), or another database with --db FILE: runs are kept per user.',
    });
  if (others.length === 0) return only;
  throw new PawlError(
    'E_WHICH_RUN',
    `${meant.length} runs are unfinished: ${meant.map((r) => r.run).join(', ')}`,
    {
      where: database,
      hint: 'Name the one that is meant.',
    },
  );
}

/** The one that was made last. */
export function newestRun(runs: readonly RunRecord[]): RunRecord | undefined {
  return [...runs].sort((a, b) => a.createdAt.localeCompare(b.createdAt)).at(-1);
}
