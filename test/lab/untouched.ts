import type { Lab, Observer, PawlResult } from '@pawl/lab';
import { etcdOf, sh } from './lab-hosts';
import { changing, stateOf } from './nothing-changed';

/** What Pawl said, as one text: result, progress and error. */
export const saidBy = ({ stdout, stderr }: PawlResult): string =>
  `${stdout}\n${stderr}`.replaceAll(/\s+/g, ' ');

/**
 * Does it, and proves that it has changed nothing: no file that a run changes, no unit, no byte of a stopped member, and, seen
 * from outside, no program on a host that could have.
 */
export async function untouched(
  lab: Lab,
  observer: Observer,
  act: () => Promise<PawlResult>,
): Promise<PawlResult> {
  const before = await worldOf(lab);
  const since = Date.now();
  const result = await act();
  await observer.settle();
  if (observer.events({ since }).length > 0) expect(await changing(observer, since)).toEqual([]);
  expect(await worldOf(lab)).toEqual(before);
  return result;
}

/**
 * Does it as the run's own controller, which carries its new claim to the hosts, and proves that this is all: no job, no
 * unit, no byte of a stopped member.
 */
export async function untouchedButClaim(lab: Lab, act: () => Promise<PawlResult>): Promise<PawlResult> {
  const before = await worldOf(lab, '/var/lib/pawl/fence');
  const result = await act();
  expect(await worldOf(lab, '/var/lib/pawl/fence')).toEqual(before);
  return result;
}

async function worldOf(lab: Lab, without?: string): Promise<unknown> {
  const { files, units } = await stateOf(lab);
  const data = await Promise.all(etcdOf(lab).map(async ({ name }) => sh(lab, name, DATA)));
  const left = files.map((lines) =>
    without === undefined
      ? lines
      : lines
          .split('\n')
          .filter((line) => !line.endsWith(without))
          .join('\n'),
  );
  return { files: left, units, data };
}

/** A member that runs writes by itself: then what is looked at is everything beside it. */
const DATA = `cd /var/lib/etcd
if pgrep -x etcd >/dev/null; then only='! -path ./member/*'; else only=; fi
set -f
find . -type f $only -exec sha256sum {} + | sort`;
