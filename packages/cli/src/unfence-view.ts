import { isSeen, type FenceToOpen, type SeenHost, type UnseenHost } from '@pawl/fleet';

export interface UnfenceHost {
  readonly host: string;
  /** `fenced`: its fence is opened. `ended`: a record of the run is there. `free`: neither. `left`: dead, left as it is. */
  readonly state: 'fenced' | 'ended' | 'free' | 'left';
  readonly phase: string | null;
  /** What the run began there was removed: nobody can say whether a job of it still runs. */
  readonly jobsGone: boolean;
  /** Units that stay held. */
  readonly held: readonly string[];
}

export interface UnfenceView {
  readonly run: string;
  readonly reason: string;
  /** Whose it was, as the fences say; null where none stands. */
  readonly owner: string | null;
  readonly since: string | null;
  readonly hosts: readonly UnfenceHost[];
  /** It is unfinished in this database, and becomes `abandoned` there. */
  readonly inDatabase: boolean;
}

/** What opening the fences of a run by name amounts to, host by host. */
export function unfenceView(parts: {
  readonly run: string;
  readonly reason: string;
  readonly looks: readonly (SeenHost | UnseenHost)[];
  readonly dead: readonly string[];
  readonly toOpen: readonly FenceToOpen[];
  readonly inDatabase: boolean;
}): UnfenceView {
  const { run, reason, looks, dead, toOpen, inDatabase } = parts;
  const seen = looks.filter(isSeen).filter(({ host }) => !dead.includes(host));
  const fences = seen.flatMap(({ fence }) => (fence?.run === run ? [fence] : []));
  return {
    ...{ run, reason, inDatabase },
    owner: fences[0]?.owner ?? null,
    since: fences[0]?.since ?? null,
    hosts: looks.map(({ host }) => {
      const look = seen.find((one) => one.host === host);
      if (look === undefined) return { host, state: 'left', phase: null, jobsGone: false, held: [] };
      const ended = look.closed.some((closed) => closed.run === run);
      const fenced = toOpen.some((one) => one.host === host);
      return {
        host,
        state: fenced ? 'fenced' : ended ? 'ended' : 'free',
        phase: fenced ? (look.fence?.phase ?? null) : null,
        jobsGone: look.jobsGone !== undefined,
        held: look.held.filter((hold) => hold.run === run).map(({ unit }) => unit),
      };
    }),
  };
}
