import { compareWithBefore, type ExecEvent } from '@pawl/lab';
import { brokenRules } from '../lab/broken-rules';
import { etcdOf, leftOnHosts, mastersOf, originalsUntouched, sh } from '../lab/lab-hosts';
import { originalsAtStart } from '../lab/original-at-start';
import { changedSince, hostsAsTheyAre } from '../lab/picture';
import { effectsOf, exceeding, otherThan, type Effects } from './effects';
import type { World } from './world';

/** As a run that nobody disturbed has left the cluster. */
export interface Uninterrupted {
  readonly hosts: Readonly<Record<string, readonly string[]>>;
  readonly effects: Effects;
}

/** One run without a fault, from its beginning: what every other one is compared with. */
export async function uninterrupted(world: World): Promise<Uninterrupted> {
  await world.at('original');
  const { exit, stderr } = await world.pawl(world.onward('original'));
  expect([exit, exit === 0 ? '' : stderr]).toEqual([0, '']);
  const seen = await world.seen();
  return { hosts: await hostsInTheEnd(world), effects: effectsOf(world.lab, seen) };
}

/**
 * The run has ended as the uninterrupted one did, by everything that can be seen from outside: data, files, units, members, no
 * leftover; and on its way no rule was broken.
 *
 * @param repeated how many jobs were cut off, and made again. None: then each effect happened as often as there, too
 */
export async function judgeCompleted(world: World, as: Uninterrupted, repeated: number): Promise<void> {
  const { lab } = world;
  const { wrong, equal, leased } = await compareWithBefore(lab, world.v2);
  expect(wrong.slice(0, 5)).toEqual([]);
  expect(equal).toBeGreaterThan(100);
  // Those that live longer than any test.
  expect(leased).toBeGreaterThan(5);
  expect(await hostsInTheEnd(world)).toEqual(as.hosts);
  expect(await leftOnHosts(lab)).toEqual([]);
  await originalsUntouched(lab, await runOf(world));
  const effects = effectsOf(lab, await judgeEvents(world));
  expect(repeated === 0 ? otherThan(as.effects, effects) : exceeding(as.effects, effects, repeated)).toEqual(
    [],
  );
}

/** The original cluster stands: data, files to the byte as etcd was started on them, ids, units; on its way no rule was broken. */
export async function judgeRolledBack(world: World, as: Uninterrupted, repeated: number): Promise<void> {
  const { lab } = world;
  expect(await changedSince(lab, world.original)).toEqual([]);
  expect(await leftOnHosts(lab)).toEqual([]);
  for (const [host, said] of Object.entries(await originalsAtStart(lab)))
    expect([host, said]).toEqual([host, 'as in the backup']);
  const effects = effectsOf(lab, await judgeEvents(world));
  expect(exceeding(as.effects, effects, repeated)).toEqual([]);
}

async function judgeEvents(world: World): Promise<readonly ExecEvent[]> {
  const seen = await world.seen();
  expect(seen.length).toBeGreaterThan(50);
  expect(brokenRules(seen, { etcd: etcdOf(world.lab).map(({ name }) => name), fromStart: true })).toEqual([]);
  return seen;
}

/**
 * The picture's lines, without what is another in every run: inodes, times of edits, ids that a new cluster draws, and the order of
 * members in an etcd.conf, which is that of their ids.
 */
async function hostsInTheEnd({ lab }: World): Promise<Readonly<Record<string, readonly string[]>>> {
  const hosts = await hostsAsTheyAre(lab);
  const confs = new Map<string, string>();
  for (const { name } of etcdOf(lab)) confs.set(name, await sh(lab, name, 'cat /etc/etcd/etcd.conf'));
  const same = (line: string): string | undefined => {
    if (/^"cluster_id"|^data \S+\/snap\/db |^[0-9a-f]{64} {2}\/etc\/etcd\/etcd\.conf$/.test(line))
      return undefined;
    const member = /^[0-9a-f]+, (started|unstarted), (.*)$/.exec(line);
    if (member !== null) return `member ${member[1]} ${member[2]}`;
    return line.replace(/^(file .*) \S+$/, '$1');
  };
  return Object.fromEntries(
    Object.entries(hosts).map(([host, lines]) => [
      host,
      [...lines.flatMap((line) => same(line) ?? []), membersInOrder(confs.get(host) ?? '')].sort(),
    ]),
  );
}

const membersInOrder = (conf: string): string =>
  conf.replace(
    /^(ETCD_INITIAL_CLUSTER=)(.*)$/m,
    (_line, name: string, members: string) => name + members.split(',').sort().join(','),
  );

async function runOf({ lab }: World): Promise<string> {
  const said = await sh(lab, mastersOf(lab)[0]?.name ?? '', 'ls /var/lib/pawl/runs');
  return said.trim();
}
