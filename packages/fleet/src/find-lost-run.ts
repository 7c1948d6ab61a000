import { InDoubt, PawlError, type KeptJob, type LostRun, type JsonObject } from '@pawl/engine';
import { HostError } from '@pawl/hosts';
import { isSeen, type HostFences, type SeenHost, type UnseenHost } from './host-fences';
import { notAsked, stillRunning } from './unfence';

/**
 * What the hosts of an inventory keep of a run whose database is lost: `Engine.rebuild` makes the run of it. Reads only.
 * @param named the run; where it is left out, the one whose fences stand there
 * @param looked what the fences have just said, `fences.look(named)`, where the caller has asked already
 * @throws PawlError where a host can't be asked (its code), `E_NO_FENCE` (no run holds them), `E_WHICH_RUN` (several do),
 * `E_FENCED` (another one holds a host), `E_FENCE_MISSING` (a host has neither its fence nor its record), `E_ENDED`,
 * `E_JOBS_RUNNING` (claims are taken from fences only while nobody is at work), `E_JOBS_UNREADABLE`, `E_JOBS_GONE`
 */
export async function findLostRun(
  fences: HostFences,
  named?: string,
  looked?: readonly (SeenHost | UnseenHost)[],
): Promise<LostRun> {
  const looks = looked ?? (await fences.look(named));
  const [unasked] = looks.flatMap((look) => (isSeen(look) ? [] : [look]));
  if (unasked !== undefined) throw notAsked(unasked, named ?? 'the run');
  const seen = looks.filter(isSeen);
  for (const { host, jobsGone } of seen)
    if (jobsGone !== undefined) throw notAsked({ host, error: jobsGone }, named ?? 'the run');
  const run = named ?? onlyHolder(seen);
  const known = seen.map((host) => ({ host: host.host, claim: claimOn(host, run) }));
  const running = seen.flatMap(({ host, running: jobs }) => jobs.map((intent) => `${intent} on ${host}`));
  if (running.length > 0) throw stillRunning(run, running);
  const jobs = await Promise.all(
    seen.map(async ({ host }) => (await fences.kept(host, run)).map((job) => keptJob(run, host, job))),
  );
  const claims = known.flatMap(({ claim }) => (claim === undefined ? [] : [claim]));
  const unclaimed = known.find(({ claim }) => claim === undefined);
  if (jobs.flat().length === 0 && claims.length === 0) throw nobodyHolds(seen);
  // A run that was stopped while it planted has made no job yet: then there is nothing to rebuild, and nothing is missed.
  if (jobs.flat().length > 0 && unclaimed !== undefined) throw fenceMissing(unclaimed.host, run);
  return {
    ...{ run, hosts: seen.map(({ host }) => host), jobs: jobs.flat() },
    claims: [...new Set(claims)],
    closed: seen.flatMap(({ host, closed }) => (closed.some((each) => each.run === run) ? [host] : [])),
  };
}

function onlyHolder(seen: readonly SeenHost[]): string {
  const [run, ...others] = new Set(seen.flatMap(({ fence }) => (fence === undefined ? [] : [fence.run])));
  if (run === undefined) throw nobodyHolds(seen);
  if (others.length === 0) return run;
  throw new PawlError('E_WHICH_RUN', `several runs hold these hosts: ${[run, ...others].join(', ')}`, {
    hint: 'Name one: pawl resume --from-hosts -i INVENTORY RUN. What each of them holds: pawl status -i INVENTORY',
    facts: { runs: [run, ...others] },
  });
}

/** The fence says whose the host is; where it was closed, the record does. A run that is over is not rebuilt. */
function claimOn({ host, fence, closed }: SeenHost, run: string): string | undefined {
  if (fence?.run === run) return fence.claim;
  if (fence !== undefined)
    throw new PawlError('E_FENCED', `${host} belongs to ${fence.run}, not to ${run}`, {
      where: `${host}:/var/lib/pawl/fence`,
      hint: 'Whose the hosts are: pawl status -i INVENTORY',
      facts: { host, run: fence.run, owner: fence.owner, database: fence.database },
    });
  const record = closed.find((each) => each.run === run);
  if (record === undefined || record.outcome === 'completed') return record?.claim;
  throw new PawlError('E_ENDED', `on ${host} the run ${run} has ended: ${record.outcome}`, {
    where: `${host}:/var/lib/pawl/runs/${run}/closed`,
    hint: `There is nothing to go on with. Where its fence is left on another host, or a database still has it unfinished, give it up, with the --db of that database: pawl unfence -i INVENTORY ${run} --reason WHY`,
    facts: { host, outcome: record.outcome, at: record.at },
  });
}

function keptJob(
  run: string,
  host: string,
  { intent, text }: { readonly intent: string; readonly text: string },
): KeptJob {
  try {
    return { host, intent, kept: JSON.parse(text) as JsonObject };
  } catch (cause) {
    throw new HostError(
      'E_JOBS_UNREADABLE',
      `the job ${intent} on ${host} keeps no intent that can be read`,
      {
        ...{ host, cause },
        where: `${host}:/var/lib/pawl/runs/${run}/jobs/${intent}/intent`,
        hint: 'The file is damaged. Nothing was changed. The way back by hand stands in /var/lib/pawl/README on each host.',
      },
    );
  }
}

function nobodyHolds(seen: readonly SeenHost[]): PawlError {
  const ended = [
    ...new Set(seen.flatMap(({ closed }) => closed.map(({ run, outcome }) => `${run} (${outcome})`))),
  ];
  return new PawlError('E_NO_FENCE', 'no run holds these hosts', {
    hint:
      ended.length === 0
        ? 'There is nothing to rebuild. If /var/lib/pawl was lost there, too: pawl status -i INVENTORY tells what is still held.'
        : `There is nothing to go on with. To roll back or clean up one that has completed, name it: pawl resume --from-hosts -i INVENTORY RUN. Runs that have ended there: ${ended.join(', ')}.`,
    facts: { ended },
  });
}

function fenceMissing(host: string, run: string): InDoubt {
  return new InDoubt('E_FENCE_MISSING', `${host} has neither the fence of ${run} nor a record of it`, [], {
    where: `${host}:/var/lib/pawl/fence`,
    hint: 'Put /var/lib/pawl there back, or name an inventory with the hosts that the run was made with. Nothing is assumed of a host that does not know the run.',
    facts: { host },
  });
}
