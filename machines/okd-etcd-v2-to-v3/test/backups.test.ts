import { factsFrom, type Task } from '@pawl/engine';
import type { ReadHands } from '@pawl/fleet';
import { backupsOf, originalsGone } from '../src/backups';
import type { OkdChoices } from '../src/choices';
import { loss } from '../src/loss';
import { choicesOf, laterFacts, preflightFacts, RUN } from './helpers/a-cluster';
import { fakeHands } from './helpers/fake-hands';

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

test('an original is gone where it was set aside and is not there', async () => {
  const hands = fakeHands({ read: (host) => ({ exit: host === 'etcd2' ? 1 : 0 }) });
  const gone = await originalsGone(choicesOf(), ran({ 'set-aside/originals': ALL }), hands, RUN);
  expect(gone).toEqual([{ host: 'etcd2', path: `/var/lib/etcd/pawl-${RUN}/original/member` }]);
});

test('none is gone that was never set aside, or is in use again', async () => {
  const hands = fakeHands({ read: () => ({ exit: 1 }) });
  expect(await originalsGone(choicesOf(), ran({}), hands, RUN)).toEqual([]);
  const back = ran({ 'set-aside/originals': ALL, 'originals-back/rename-back': ALL });
  expect(await originalsGone(choicesOf(), back, hands, RUN)).toEqual([]);
});

test('past the point of no return nothing is weighed without them: an unfinished run is given up first', async () => {
  const facts = ran({ 'set-aside/originals': ALL });
  const hands = fakeHands({ read: () => ({ exit: 1 }) });
  const task = { choices: choicesOf(), facts, hands, run: RUN } as unknown as Task<OkdChoices, ReadHands>;
  await expect(loss(task)).rejects.toMatchObject({
    code: 'E_ORIGINALS_GONE',
    hint: expect.stringMatching(
      `pawl unfence -i INVENTORY ${RUN} --reason WHY.*Then: .pawl rollback ${RUN}`,
    ) as unknown,
  });
});
