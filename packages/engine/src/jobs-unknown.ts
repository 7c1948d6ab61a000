import { InDoubt } from './errors';
import type { HostJob } from './ports';

/** Every job on a host was made under an intent that was durable before it: one that is not known means an older database. */
export function jobsUnknown(run: string, jobs: readonly Pick<HostJob, 'intent' | 'target'>[]): InDoubt {
  const list = jobs.map((job) => `${job.intent} on ${job.target}`);
  return new InDoubt(
    'E_JOBS_UNKNOWN',
    `the hosts know jobs of this run that its database does not: ${list.join(', ')}`,
    [
      {
        name: 'ask-again',
        meaning: 'compare once more, after the newer database was put back',
        cost: 'nothing: it only looks, and with this database it is in doubt again',
      },
    ],
    {
      hint: `The database is older than the world. Find the newer one; going forward from this one could repeat a step. Where it is lost, ask the hosts (\`pawl status -i INVENTORY\`): a run that holds them, or has completed there, is rebuilt from them, into another database (\`pawl resume --from-hosts -i INVENTORY ${run} --db ANOTHER-FILE\`); one that has ended there otherwise is given up in this one (\`pawl unfence -i INVENTORY ${run} --reason WHY\`).`,
      facts: { jobs: list },
    },
  );
}
