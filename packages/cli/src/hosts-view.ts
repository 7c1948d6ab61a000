import type { RunStatus } from '@pawl/engine';
import { isSeen, type SeenHost, type UnseenHost } from '@pawl/fleet';
import { posixCommand } from '@pawl/hosts';
import { provesBackups } from './find-machine';
import type { CliMachine } from './machines';
import type { Place } from './state-dir';
import { isOver, nextWhereOver } from './still-fenced';

/** What this database knows of a run that a fence names. */
export interface KnownHere {
  readonly state: RunStatus['state'];
  readonly phase: string;
  readonly database: string;
  readonly next: string | null;
}

/** A run that holds hosts, as its fences tell it. */
export interface HoldingRun {
  readonly run: string;
  readonly hosts: readonly string[];
  /** The furthest that any of its hosts has seen. */
  readonly phase: string;
  /** When it took the first of them, RFC 3339. */
  readonly since: string;
  /** `who@machine` */
  readonly owner: string;
  readonly database: string;
  readonly running: readonly { readonly host: string; readonly intent: string }[];
  /** Hosts on which the directory of its jobs was removed: whether one runs there can't be known. */
  readonly jobsGone: readonly string[];
  readonly here: KnownHere | null;
  readonly next: string | null;
  /** The machine on which that is to be run; null: this one. */
  readonly nextOn: string | null;
}

export interface EndedRun {
  readonly run: string;
  readonly outcome: string;
  readonly at: string;
  readonly owner: string;
  readonly hosts: readonly string[];
  readonly by: string | null;
  readonly reason: string | null;
}

export interface HostsView {
  readonly outcome: 'free' | 'held' | 'several' | 'unknown';
  readonly hosts: readonly string[];
  readonly runs: readonly HoldingRun[];
  readonly ended: readonly EndedRun[];
  /** Units that are kept from starting, and by which run. */
  readonly held: readonly { readonly host: string; readonly unit: string; readonly run: string }[];
  readonly unasked: readonly { readonly host: string; readonly code: string; readonly message: string }[];
}

export interface HostsViewParts {
  readonly looks: readonly (SeenHost | UnseenHost)[];
  readonly machines: readonly CliMachine[];
  /** The name of this machine, as owners carry it. */
  readonly self: string;
  readonly knownHere: (run: string) => KnownHere | undefined;
  readonly place: Place;
  /** The file, as it was given. */
  readonly inventory: string;
}

/** What the fences of an inventory amount to: whose the hosts are, and where to go on. */
export function hostsView(parts: HostsViewParts): HostsView {
  const { looks } = parts;
  const seen = looks.filter(isSeen);
  const unasked = looks.flatMap((look) =>
    isSeen(look) ? [] : [{ host: look.host, code: look.error.code, message: look.error.message }],
  );
  const names = [...new Set(seen.flatMap(({ fence }) => (fence === undefined ? [] : [fence.run])))];
  const runs = names.map((run) => holdingRun(run, seen, parts));
  return {
    outcome:
      runs.length > 1 ? 'several' : runs.length === 1 ? 'held' : unasked.length > 0 ? 'unknown' : 'free',
    hosts: looks.map(({ host }) => host),
    runs,
    ended: endedRuns(seen),
    held: seen.flatMap(({ host, held }) => held.map((hold) => ({ host, ...hold }))),
    unasked,
  };
}

function holdingRun(run: string, seen: readonly SeenHost[], parts: HostsViewParts): HoldingRun {
  const phases = phasesOf(parts.machines, run);
  const here = parts.knownHere(run);
  const holding = seen.filter(({ fence }) => fence?.run === run);
  const fences = holding.flatMap(({ fence }) => (fence === undefined ? [] : [fence]));
  const [first] = [...fences].sort((a, b) => a.since.localeCompare(b.since));
  const furthest = [...fences].sort((a, b) => phases.indexOf(a.phase) - phases.indexOf(b.phase)).at(-1);
  const { owner = '', database = '', since = '' } = first ?? {};
  const theirs = owner.slice(owner.lastIndexOf('@') + 1);
  return {
    ...{ run, since, owner, database },
    hosts: holding.map(({ host }) => host),
    phase: furthest?.phase ?? '',
    running: holding.flatMap(({ host, running }) => running.map((intent) => ({ host, intent }))),
    jobsGone: holding.filter(({ jobsGone }) => jobsGone !== undefined).map(({ host }) => host),
    here: here ?? null,
    ...nextOf(run, here, { database, theirs }, parts),
  };
}

/** Of a run that is over here, another database may know more: the one that its fence names. */
function nextOf(
  run: string,
  here: KnownHere | undefined,
  { database, theirs }: { readonly database: string; readonly theirs: string },
  parts: HostsViewParts,
): Pick<HoldingRun, 'next' | 'nextOn'> {
  const isHere = theirs === parts.self && database === here?.database;
  if (here === undefined || (isOver(here) && !isHere))
    return {
      next: posixCommand(['pawl', 'status', run, '--db', database]),
      nextOn: theirs === parts.self ? null : theirs,
    };
  const isProof = provesBackups(parts.machines, run);
  return { next: isOver(here) ? nextWhereOver(run, here, { ...parts, isProof }) : here.next, nextOn: null };
}

/** In the order in which a run passes them, the way back after the way forward. A fence says its run's name, not its machine's. */
function phasesOf(machines: readonly CliMachine[], run: string): readonly string[] {
  const spec = machines.find(({ runPrefix }) => run.startsWith(`${runPrefix}-`))?.machine.spec;
  return spec === undefined
    ? []
    : [...spec.phases, ...spec.rollback, ...(spec.cleanup ?? [])].map(({ name }) => name);
}

/** Oldest first; one that ended alike on several hosts is told once. */
function endedRuns(seen: readonly SeenHost[]): readonly EndedRun[] {
  const ended = new Map<string, EndedRun>();
  for (const { host, closed } of seen)
    for (const { run, outcome, at, owner, by, reason } of closed) {
      const key = `${run} ${outcome}`;
      const hosts = [...(ended.get(key)?.hosts ?? []), host];
      ended.set(key, { run, outcome, at, owner, hosts, by: by ?? null, reason: reason ?? null });
    }
  return [...ended.values()].sort((a, b) => a.at.localeCompare(b.at));
}
