import { factsFrom, type Facts, type Task } from '@pawl/engine';
import type { ReadHands } from '@pawl/fleet';
import { backupsOf } from '../src/backups';
import type { OkdChoices } from '../src/choices';
import { loss } from '../src/loss';
import { originalsGone } from '../src/originals';
import { choicesOf, laterFacts, preflightFacts, RUN } from './helpers/a-cluster';
import { fakeHands } from '../../../test/machines/fake-hands';

const ran = (steps: Readonly<Record<string, readonly string[]>>) =>
  factsFrom({
    ...preflightFacts(),
    'converge/read-manifest': { etcd1: { digest: 'd'.repeat(64), keys: 1, keysWithTtl: 0, bytes: 1 } },
    ...Object.fromEntries(
      Object.entries(steps).map(([step, hosts]) => [step, Object.fromEntries(hosts.map((h) => [h, {}]))]),
    ),
  });
const ALL = ['etcd1', 'etcd2', 'etcd3'];

test('the backups of a run are those that were made, with its manifest', () => {
  expect(backupsOf(choicesOf(), ran({ 'back-up/members': ['etcd1', 'etcd3'] }), RUN)).toEqual({
    backups: ['etcd1', 'etcd3'].map((host) => ({ host, path: `/var/lib/etcd/pawl-${RUN}/backup` })),
    manifestDigest: 'd'.repeat(64),
  });
});

test('where a cleanup has removed a backup, the original stands for it', () => {
  const facts = (removed: readonly string[]) =>
    factsFrom({
      ...preflightFacts(),
      'back-up/members': { etcd1: {} },
      'remove/remove': { etcd1: { removed: [...removed], ever: [...removed] } },
    });
  const paths = (...removed: readonly string[]) =>
    backupsOf(choicesOf(), facts(removed), RUN).backups.map(({ path }) => path);
  expect(paths('original')).toEqual([`/var/lib/etcd/pawl-${RUN}/backup`]);
  expect(paths('backup')).toEqual([`/var/lib/etcd/pawl-${RUN}/original`]);
  expect(paths('backup', 'original')).toEqual([]);
});

test('before there is a manifest, there is no digest of it', () => {
  expect(backupsOf(choicesOf(), factsFrom(preflightFacts()), RUN)).toEqual({
    backups: [],
    manifestDigest: null,
  });
  expect(backupsOf(choicesOf(), laterFacts(preflightFacts()), RUN).manifestDigest).toBe('d');
});

const ORIGINAL = `/var/lib/etcd/pawl-${RUN}/original/member`;
const goneFrom = (...hosts: readonly string[]) =>
  fakeHands({ read: (host) => (hosts.includes(host) ? `${ORIGINAL}\n` : '') });
const scope = (facts: Facts, dead: readonly string[] = []) => ({
  ...{ run: RUN, choices: choicesOf(), facts },
  said: { dead, remove: [] },
});

test('an original is gone where it was set aside and is not there; a host that is dead is not asked', async () => {
  const aside = ran({ 'set-aside/originals': ALL });
  const gone = (...dead: readonly string[]) => originalsGone(scope(aside, dead), goneFrom('etcd2'));
  expect(await gone()).toEqual([{ host: 'etcd2', path: ORIGINAL }]);
  expect(await gone('etcd2')).toEqual([]);
});

test('whether it is there has to be seen', async () => {
  const hands = fakeHands({ read: () => ({ exit: 126, stderr: Buffer.from('no shell') }) });
  await expect(originalsGone(scope(ran({ 'set-aside/originals': ALL })), hands)).rejects.toThrow('no shell');
});

test('none is gone that was never set aside, or is in use again', async () => {
  const hands = goneFrom(...ALL);
  expect(await originalsGone(scope(ran({})), hands)).toEqual([]);
  const back = ran({ 'set-aside/originals': ALL, 'originals-back/rename-back': ALL });
  expect(await originalsGone(scope(back), hands)).toEqual([]);
});

test('past the point of no return nothing is weighed without them: an unfinished run is given up first', async () => {
  const facts = ran({ 'set-aside/originals': ALL });
  const hands = goneFrom('etcd1');
  const task = { choices: choicesOf(), facts, hands, run: RUN } as unknown as Task<OkdChoices, ReadHands>;
  await expect(loss(task)).rejects.toMatchObject({
    code: 'E_ORIGINALS_GONE',
    hint: expect.stringMatching(
      `pawl unfence -i INVENTORY ${RUN} --reason WHY.*Then: .pawl rollback ${RUN}`,
    ) as unknown,
  });
});
