import type { V2Entry, V3Entry } from '../dump/entries';
import type { Lab } from '../lab';
import { isEtcd } from '../spec';

export interface V3Report {
  /** Keys that v2 held before, alike in v3: value and both indices. */
  readonly equal: number;
  /** Keys whose time had passed. */
  readonly expired: number;
  /** Keys with a TTL in v2 that hang on a lease now. */
  readonly leased: number;
  /** Key by key what is not as it must be. */
  readonly wrong: readonly string[];
}

export interface V2Report {
  /** Keys that are as they were: value and both indices. */
  readonly equal: number;
  /** Keys whose time had passed. */
  readonly expired: number;
  readonly wrong: readonly string[];
}

/** Compares v2 with what it held before. @param at when the second was read, epoch milliseconds */
export function compareV2(
  before: ReadonlyMap<string, V2Entry>,
  now: ReadonlyMap<string, V2Entry>,
  at: number,
): V2Report {
  const wrong: string[] = [];
  let [equal, expired] = [0, 0];
  for (const [key, was] of before) {
    if (MASTERS_OWN.test(key)) continue;
    const is = now.get(key);
    const due = was.expiration === undefined ? undefined : Date.parse(was.expiration);
    if (is === undefined && due !== undefined && due <= at) expired++;
    else if (is === undefined) wrong.push(`${key} is missing`);
    else if (is.value !== was.value) wrong.push(`${key} has another value`);
    else if (is.createdIndex !== was.createdIndex || is.modifiedIndex !== was.modifiedIndex)
      wrong.push(`${key} has other indices`);
    else equal++;
  }
  for (const key of now.keys())
    if (!before.has(key) && !MASTERS_OWN.test(key)) wrong.push(`${key} was not in v2`);
  return { equal, expired, wrong };
}

/** Compares what every member holds in v3 with what v2 held before the run, by an outside client. */
export async function compareWithBefore(lab: Lab, before: ReadonlyMap<string, V2Entry>): Promise<V3Report> {
  const reports = await Promise.all(
    lab.hosts
      .filter(isEtcd)
      .map(async (host) => compareMember(before, await lab.v3dump(host.name), Date.now(), host.name)),
  );
  const [first] = reports;
  if (first === undefined) throw new TypeError('a lab without etcd');
  return { ...first, wrong: reports.flatMap((report) => report.wrong) };
}

/** What the masters write while they are up is theirs: leases taken anew by every process, and the outage probe's key. */
const MASTERS_OWN = /^\/(kubernetes\.io\/masterleases|openshift\.io\/(leases|lab-probe))\//;

function compareMember(
  before: ReadonlyMap<string, V2Entry>,
  now: ReadonlyMap<string, V3Entry>,
  at: number,
  host: string,
): V3Report {
  const wrong: string[] = [];
  let [equal, expired, leased] = [0, 0, 0];
  for (const [key, was] of before) {
    if (MASTERS_OWN.test(key)) continue;
    const due = was.expiration === undefined ? undefined : Date.parse(was.expiration);
    const is = now.get(key);
    if (is === undefined) {
      if (due !== undefined && due <= at) expired++;
      else wrong.push(`${host}: ${key} is missing`);
      continue;
    }
    equal++;
    if (is.value !== was.value) wrong.push(`${host}: ${key} has another value`);
    if (due === undefined) {
      if (is.lease !== undefined) wrong.push(`${host}: ${key} has a lease, and had no TTL`);
      if (is.modRevision !== was.modifiedIndex || is.createRevision !== was.createdIndex)
        wrong.push(`${host}: ${key} has other revisions`);
      continue;
    }
    if (is.lease === undefined) wrong.push(`${host}: ${key} had a TTL, and has no lease`);
    else leased++;
  }
  for (const key of now.keys())
    if (!before.has(key) && !MASTERS_OWN.test(key)) wrong.push(`${host}: ${key} was not in v2`);
  return { equal, expired, leased, wrong };
}
