import { InDoubt } from '@pawl/engine';

/**
 * A run that has not planted a fence yet has made no job. One that is there was made by another life of its name: a newer
 * database than this one, or a run of another database that was given up by hand. The names of jobs begin alike in both, so
 * its results would be taken for this run's own.
 * @param jobs each as `INTENT on HOST`
 */
export function jobsBeforeFences(run: string, jobs: readonly string[]): InDoubt {
  return new InDoubt(
    'E_JOBS_UNKNOWN',
    `the hosts know jobs of ${run} already, and its database has planted no fence yet: ${jobs.slice(0, 5).join(', ')}${jobs.length > 5 ? ', …' : ''}`,
    [
      {
        name: 'ask-again',
        meaning: 'look once more, after the newer database was put back',
        cost: 'nothing: it only looks, and no fence was planted or closed',
      },
    ],
    {
      hint: `Find the database that made them (/var/lib/pawl/runs/${run} on those hosts) and go on with that; where it is lost, rebuild the run from its hosts, into another one (\`pawl resume --from-hosts -i INVENTORY ${run} --db ANOTHER-FILE\`). If that run was given up by hand, its folders there and pawl-${run} beside the data are evidence: move them away first.`,
      facts: { jobs },
    },
  );
}
