import { masterUnits, MIGRATE, type ExecEvent, type Lab } from '@pawl/lab';

/** What was done to a cluster, counted on its hosts from outside. */
export interface Effects {
  readonly counts: Readonly<Record<string, number>>;
  /** Programs that were too short-lived to be read: one of those that are counted may be among them. */
  readonly unread: number;
}

/** Done once, but for the jobs that were cut off and made again: forward alone, so that a way back has no more of it either. */
const FORWARD = /^(set aside|promoted|leases|added \S+)$/;

/** A key that runs out before its turn needs none. */
const MAY_BE_FEWER = 'leases';

export function effectsOf({ spec }: Pick<Lab, 'spec'>, seen: readonly ExecEvent[]): Effects {
  const count = (pattern: RegExp): number => seen.filter(({ argv }) => pattern.test(argv)).length;
  const units = masterUnits(spec).join('|');
  return {
    counts: {
      migrate: count(MIGRATE),
      'set aside': count(/^mv -nT \S+\/member \S+\/original\/member$/),
      promoted: count(/^mv -nT \S+\/copy-\d+\/member \S+\/member$/),
      'etcd stopped': count(/^\S*systemctl stop etcd(\.service)?$/),
      'etcd started': count(/^\S*systemctl --no-block start etcd(\.service)?$/),
      'masters stopped': count(new RegExp(`^\\S*systemctl stop (${units})(\\.service)?$`)),
      'masters started': count(new RegExp(`^\\S*systemctl --no-block start (${units})(\\.service)?$`)),
      leases: count(/^\S*etcdctl .*\blease grant \d+$/),
      ...adds(seen),
    },
    unread: seen.filter(({ unread }) => unread === true).length,
  };
}

/** By member, in how many jobs: within one an add that was refused, which changes nothing, is asked again. */
function adds(seen: readonly ExecEvent[]): Readonly<Record<string, number>> {
  const jobOn = new Map<string, string>();
  const jobsOf = new Map<string, Set<string>>();
  for (const { host, argv } of seen) {
    const [, job] = /^\/bin\/sh -eu \S+\/jobs\/(\S+)\/script$/.exec(argv) ?? [];
    if (job !== undefined) jobOn.set(host, job);
    const [, member] = /^\S*etcdctl .*\bmember add (\S+)/.exec(argv) ?? [];
    if (member === undefined) continue;
    const jobs = jobsOf.get(member) ?? new Set();
    jobsOf.set(member, jobs.add(`${host} ${jobOn.get(host) ?? ''}`));
  }
  return Object.fromEntries([...jobsOf].map(([member, jobs]) => [`added ${member}`, jobs.size]));
}

/** What was not done as often as in an undisturbed run. What could not be read may have been it, here and there. */
export function otherThan(undisturbed: Effects, now: Effects): readonly string[] {
  return differences(undisturbed, now, (what, times, then) => {
    const fewer = what !== MAY_BE_FEWER && times < then - now.unread;
    return fewer || times > then + undisturbed.unread;
  });
}

/** What was done more often than in an undisturbed run, and than making so many jobs again can account for. */
export function exceeding(undisturbed: Effects, now: Effects, repeated: number): readonly string[] {
  return differences(
    undisturbed,
    now,
    (what, times, then) => FORWARD.test(what) && times > then + undisturbed.unread + repeated,
  );
}

function differences(
  undisturbed: Effects,
  now: Effects,
  differs: (what: string, times: number, then: number) => boolean,
): readonly string[] {
  return [...new Set([...Object.keys(undisturbed.counts), ...Object.keys(now.counts)])].flatMap((what) => {
    const [times, then] = [now.counts[what] ?? 0, undisturbed.counts[what] ?? 0];
    return differs(what, times, then) ? [`${what}: ${times}, and ${then} undisturbed`] : [];
  });
}
