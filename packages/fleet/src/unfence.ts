import { PawlError } from '@pawl/engine';
import { HostError } from '@pawl/hosts';
import { isSeen, type HostFences, type SeenHost, type UnseenHost } from './host-fences';

export interface Unfencing {
  readonly run: string;
  /** Hosts that will not answer any more, by name: they are left as they are. */
  readonly dead?: readonly string[];
}

/** A fence that is to be opened: the claim is the one that was seen. */
export interface FenceToOpen {
  readonly host: string;
  readonly claim: string;
}

/**
 * Which fences of a run can be opened by name, from what the hosts said. Pure. One whose jobs are gone is among them: nobody can
 * say any more whether one of them still runs there, and there is no other way to open it.
 * @throws PawlError where a host can't be asked (its code), `E_JOBS_RUNNING` where a job of the run still runs on any of them
 */
export function fencesToOpen(
  seen: readonly (SeenHost | UnseenHost)[],
  { run, dead = [] }: Unfencing,
): readonly FenceToOpen[] {
  const asked = seen.filter(({ host }) => !dead.includes(host));
  const [unasked] = asked.flatMap((host) => (isSeen(host) ? [] : [host]));
  if (unasked !== undefined) throw notAsked(unasked, run);
  const hosts = asked.filter(isSeen);
  const running = hosts.flatMap((host) => host.running.map((intent) => `${intent} on ${host.host}`));
  if (running.length > 0) throw stillRunning(run, running);
  return hosts.flatMap(({ host, fence }) => (fence?.run === run ? [{ host, claim: fence.claim }] : []));
}

/**
 * Gives a run up: opens its fences by name, one after the other, each under the claim that was seen. Durable when it returns:
 * a record with outcome `abandoned`, by whom and why, on each host. May happen twice. Never: a fence opened while a job is known
 * to run on its host, or one that somebody has taken over since it was seen. What the run holds stays held.
 * @throws PawlError `E_FENCED` (taken over meanwhile), `E_JOBS_RUNNING`; `facts.opened` says which hosts were opened before
 */
export async function openFences(
  fences: HostFences,
  toOpen: readonly FenceToOpen[],
  note: { readonly run: string; readonly by: string; readonly reason: string },
): Promise<readonly string[]> {
  const opened: string[] = [];
  for (const { host, claim } of toOpen) {
    await fences.open(host, { ...note, claim }).catch((error: unknown) => {
      throw openedSoFar(error, note.run, opened);
    });
    opened.push(host);
  }
  return opened;
}

export function notAsked({ host, error }: UnseenHost, run: string): PawlError {
  return new PawlError(
    error.code,
    `${host} can't be asked whether a job of ${run} still runs there: ${error.message}`,
    {
      ...(error.hint !== undefined && { hint: error.hint }),
      where: host,
      cause: error,
    },
  );
}

export function stillRunning(run: string, running: readonly string[]): PawlError {
  return new PawlError(
    'E_JOBS_RUNNING',
    `jobs of ${run} are still running: ${running.join(', ')}; nothing was changed`,
    {
      hint: 'Wait until they have ended: they end by themselves, whoever watches. What is at work on a host is never left without a fence.',
      facts: { running },
    },
  );
}

function openedSoFar(error: unknown, run: string, opened: readonly string[]): unknown {
  if (!(error instanceof HostError)) return error;
  const so =
    opened.length === 0 ? 'nothing was changed' : `opened before that, and given up: ${opened.join(', ')}`;
  return new PawlError(
    error.code === 'E_JOB_RUNNING' ? 'E_JOBS_RUNNING' : error.code,
    `${error.message}; ${so}`,
    {
      ...(error.where !== undefined && { where: error.where }),
      hint:
        error.code === 'E_FENCED' || error.code === 'E_JOB_RUNNING'
          ? `Somebody drives ${run} at this very moment. Find out who: \`pawl status -i INVENTORY\`.`
          : 'Mend it, then say the same once more: what was opened stays so.',
      facts: { ...error.facts, opened },
      cause: error,
    },
  );
}
