import { jobsUnknown, knowsClaim, PawlError, type RunRecord } from '@pawl/engine';
import { isSeen, type ReadHands, type SeenHost } from '@pawl/fleet';
import { endedError, fencedError } from '@pawl/hosts';
import { changedElsewhere } from './changed-elsewhere';
import { commandLine } from './command-line';
import type { Context } from './context';
import type { FoundRun } from './found-run';
import { lookAgain } from './look-again';
import type { Connection } from './parts';

/**
 * What the hosts know of a run that its database does not, which was put back to an earlier copy then: its originals may be in
 * use again, and a backup would go over them. It is the error that a session ends with which joins them (`E_FENCED`,
 * `E_JOBS_UNKNOWN`), or `E_ENDED` where there is nothing left to take back; undefined where they know no more, as far as they
 * answer. Reads only.
 * @throws HostError as `ReadHands.jobs`
 */
export async function aheadOfRecords(
  context: Context,
  found: FoundRun,
  { fences, hands }: Connection,
): Promise<Error | undefined> {
  const { store, machine } = found;
  const { run } = found.record;
  const seen = (await fences.look(run)).filter(isSeen);
  // Only now: whoever drives the run meanwhile writes down what he does before a host knows it.
  const record = store.load(run) ?? found.record;
  const again = commandLine(context.place, ...lookAgain(machine, record.choices));
  // What is seen counts, even where a host stops answering now.
  const ahead =
    first(seen, (host) => fenceAhead(host, record)) ??
    first(seen, (host) => endAhead(host, record, again)) ??
    first(seen, (host) => changedElsewhere(host, found, context.parts.machines));
  if (ahead !== undefined || seen.some((host) => isGivenUp(host, record))) return ahead;
  return jobsAhead(found, seen, hands);
}

async function jobsAhead(
  { store, record: { run } }: FoundRun,
  seen: readonly SeenHost[],
  hands: ReadHands,
): Promise<Error | undefined> {
  const jobs = await Promise.all(
    // Where they are gone, the session that joins the host says so.
    seen
      .filter(({ jobsGone }) => jobsGone === undefined)
      .map(async ({ host }) => (await hands.jobs(host)).map(({ intent }) => ({ intent, target: host }))),
  );
  const known = new Set(store.intents(run).map(({ id }) => id));
  const unknown = jobs.flat().filter(({ intent }) => !known.has(intent));
  return unknown.length === 0 ? undefined : jobsUnknown(run, unknown);
}

function first(seen: readonly SeenHost[], ask: (host: SeenHost) => Error | undefined): Error | undefined {
  return seen.flatMap((host) => ask(host) ?? [])[0];
}

function fenceAhead({ host, fence }: SeenHost, record: RunRecord): Error | undefined {
  if (fence?.run !== record.run || knowsClaim(record.claim, fence.claim)) return undefined;
  return fencedError(host, `${host}:/var/lib/pawl/fence`, record.run, fence);
}

function endAhead(seen: SeenHost, record: RunRecord, again: string): Error | undefined {
  const { host, fence, closed } = seen;
  const end = fence?.run === record.run ? undefined : closed.find(({ run }) => run === record.run);
  if (end === undefined || isGivenUp(seen, record)) return undefined;
  const isOver = record.state === 'closed' || record.state === 'abandoned';
  if (isOver && end.outcome === 'rolled-back')
    return new PawlError('E_ENDED', `on ${host} the run ${end.run} was rolled back at ${end.at}`, {
      where: `${host}:/var/lib/pawl/runs/${end.run}/closed`,
      hint: `What it had set aside is in use again: there is nothing left to take back. Before another run is made: ${again}`,
      facts: { run: end.run, host, at: end.at },
    });
  return end.outcome === 'abandoned' || !knowsClaim(record.claim, end.claim)
    ? endedError(host, end)
    : undefined;
}

/** There as well as here: what its hosts hold since is what a person has made of them, who gave it up. */
function isGivenUp({ closed }: SeenHost, { run, state }: RunRecord): boolean {
  return state === 'abandoned' && closed.some((end) => end.run === run && end.outcome === 'abandoned');
}
