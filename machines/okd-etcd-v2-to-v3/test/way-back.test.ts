import { factsFrom, NO_TARGET, type JsonObject } from '@pawl/engine';
import { etcdHostCommands } from '@pawl/etcd';
import { unlistedCommands } from '@pawl/hosts';
import { okdHostCommands } from '@pawl/okd';
import { checkDead, foundUnits, leftoversOf, mastersStarted } from '@pawl/steps-etcd';
import { checkRemove, kinds } from '../src/cleanup';
import { conclusion } from '../src/conclusion';
import { deadline } from '../src/deadline';
import { choicesOf, laterFacts, preflightFacts, RUN } from './helpers/a-cluster';
import { fakeHands } from '../../../test/machines/fake-hands';

const coded = (code: string): Error => expect.objectContaining({ code }) as Error;

describe('units as they were found', () => {
  const record = `Id=origin-master-controllers.service
ActiveState=inactive
UnitFileState=disabled
ActiveState=active
Id=origin-master-api.service
UnitFileState=enabled
`;

  test('are read from one record of several, in the order to start them', () => {
    expect(foundUnits(['origin-master-api.service', 'origin-master-controllers'], record)).toEqual([
      { unit: 'origin-master-api.service', ran: true, file: 'enabled' },
      { unit: 'origin-master-controllers', ran: false, file: 'disabled' },
    ]);
  });

  test('one that the record does not name was not touched', () => {
    expect(foundUnits(['atomic-openshift-master.service'], record)).toEqual([]);
  });
});

describe('hosts that will not come back', () => {
  test.each<[string, number, readonly string[], string | undefined]>([
    ['one of three', 3, ['etcd2'], undefined],
    ['two of three', 3, ['etcd2', 'etcd3'], 'E_NO_QUORUM'],
    ['two of five', 5, ['etcd1', 'etcd5'], undefined],
    ['the only one', 1, ['etcd1'], 'E_NO_QUORUM'],
    ['one of two masters', 3, ['master1'], undefined],
    ['both masters', 3, ['master1', 'master2'], 'E_NO_QUORUM'],
    ['a stranger', 3, ['etcd9'], 'E_USAGE'],
  ])('%s', (_what, etcd, dead, code) => {
    const check = (): void => checkDead(choicesOf(etcd), dead);
    if (code === undefined) expect(check).not.toThrow();
    else expect(check).toThrow(coded(code));
  });

  test('those that were gone when the run began count as members of the cluster of before', () => {
    expect(() => checkDead(choicesOf(3), ['etcd2'], 5)).toThrow(
      'without etcd2 2 of 5 original members are left, and 3 are needed',
    );
    // Two of five: it had no quorum any more that could be lost.
    expect(() => checkDead(choicesOf(2), ['etcd2'], 5)).not.toThrow();
  });

  test('without a quorum a backup is the way, once the run has let its hosts go, and both are named', () => {
    expect(() => checkDead(choicesOf(3), ['etcd2', 'etcd3'])).toThrow(
      expect.objectContaining({
        hint: expect.stringMatching(
          /unfinished .*first \(`pawl unfence -i INVENTORY RUN --host-dead NAME --reason WHY`\).*Then: `pawl rollback --from DIR -i INVENTORY --host-dead NAME .*docs\/recover\.md/,
        ) as unknown,
      }) as Error,
    );
  });
});

describe('what may be removed', () => {
  const on = (facts: Record<string, Record<string, JsonObject>> = {}) => ({ facts: factsFrom(facts) });
  const before = on({ 'remove/remove': { etcd1: { ever: ['backup'] } } });
  const back = on({ 'fences-closed/close-fences': { [NO_TARGET]: { hosts: [] } } });

  test('one of original and backup, never both, not even one after the other', () => {
    expect(() => checkRemove(on(), ['original', 'copies'])).not.toThrow();
    expect(() => checkRemove(on(), ['original', 'backup'])).toThrow(coded('E_ONLY_COPY'));
    expect(() => checkRemove(before, ['original'])).toThrow(coded('E_ONLY_COPY'));
  });

  test('everything, once the original is in use again', () => {
    expect(() => checkRemove(back, ['original', 'backup', 'v3', 'copies'])).not.toThrow();
  });

  test('nothing that is not called so', () => {
    expect(() => checkRemove(back, ['member'])).toThrow(coded('E_USAGE'));
  });

  test('is listed with its size, and marked where it is the only v2', async () => {
    const hands = fakeHands({
      read: (host) => (host === 'etcd1' ? `10\t/var/lib/etcd/pawl-${RUN}/original/member\n` : ''),
    });
    const found = await leftoversOf(
      kinds,
      { run: RUN, choices: choicesOf(3), facts: laterFacts(preflightFacts()) },
      hands,
    );
    expect(found).toMatchObject([{ name: 'original', host: 'etcd1', bytes: 10 * 1024, onlyV2: true }]);
  });

  test('but not on a host that was given up: it can’t be asked', async () => {
    const hands = fakeHands({ read: (host) => (host === 'etcd2' ? new Error('no answer') : '') });
    const scope = { run: RUN, choices: choicesOf(3), facts: laterFacts(preflightFacts()) };
    await expect(leftoversOf(kinds, scope, hands)).rejects.toThrow('no answer');
    expect(await leftoversOf(kinds, { ...scope, said: { dead: ['etcd2'], remove: [] } }, hands)).toEqual([]);
  });
});

const STOPPED = {
  intent: '0020.stop-masters.stop-and-hold.master1.1',
  state: 'exited',
} as const;
const started = (state: 'prepared' | 'exited' | 'lost') =>
  ({ intent: '0090.start-masters.release-and-start.master1.1', state }) as const;

describe('whether a master was started', () => {
  const task = (jobs: Parameters<typeof fakeHands>[0], said = 'never') => ({
    run: RUN,
    facts: laterFacts(preflightFacts()),
    hands: fakeHands({ ...jobs, read: () => said }),
  });

  test.each([
    ['no job to start it began', [STOPPED, started('prepared')], 'never', false],
    ['systemd saw none become active', [STOPPED, started('exited')], 'never\n', false],
    ['systemd says otherwise', [STOPPED, started('lost')], 'origin-master-api became active since', true],
    ['systemd says nothing', [STOPPED, started('exited')], '', true],
    ['it is not known when it was stopped', [started('exited')], 'never', true],
    ['its records were removed', [], 'never', true],
  ])('%s', async (_what, jobs, said, wasStarted) => {
    expect(await mastersStarted(task({ jobs: { master1: jobs } }, said), 'master1')).toMatchObject({
      started: wasStarted,
    });
  });

  test('the record of the start alone was removed: the journal has it', async () => {
    const facts = laterFacts({
      ...preflightFacts(),
      'start-masters/release-and-start': { master1: { backend: 'v3' } },
    });
    const hands = fakeHands({ jobs: { master1: [STOPPED] }, read: () => 'started' });
    expect(await mastersStarted({ run: RUN, facts, hands }, 'master1')).toMatchObject({ started: true });
  });
});

test('what is asked on hosts is in the list of host commands', async () => {
  const hands = fakeHands({ jobs: { master1: [STOPPED, started('exited')] }, read: () => '' });
  await mastersStarted({ run: RUN, facts: laterFacts(preflightFacts()), hands }, 'master1');
  await leftoversOf(kinds, { run: RUN, choices: choicesOf(3), facts: laterFacts(preflightFacts()) }, hands);
  const scripts = hands.asked.flatMap((line) =>
    line.includes(' sh -c ') ? [line.split(' sh -c ')[1] ?? ''] : [],
  );
  expect(scripts.length).toBeGreaterThan(3);
  const listed = [...etcdHostCommands, ...okdHostCommands];
  expect(scripts.flatMap((script) => unlistedCommands(script, listed))).toEqual([]);
});

describe('the bound of an outage', () => {
  const clock = { 'stop-masters/clock': { [NO_TARGET]: { startedAt: '2026-11-24T10:00:00.000Z' } } };

  test('counts from when the masters were stopped', () => {
    const choices = { ...choicesOf(), maxOutageSeconds: 900 };
    expect(deadline({ run: RUN, choices, facts: factsFrom(clock) })).toBe('2026-11-24T10:15:00.000Z');
    expect(deadline({ run: RUN, choices, facts: factsFrom({}) })).toBeUndefined();
  });

  test('is none where none was chosen', () => {
    expect(deadline({ run: RUN, choices: choicesOf(), facts: factsFrom(clock) })).toBeUndefined();
  });
});

test.each([
  ['undisturbed', { toLease: 9, toDelete: 2, leased: 0, gone: 1 }],
  [
    'after a crash behind the effect, when nothing was left to do',
    { toLease: 0, toDelete: 0, leased: 9, gone: 3 },
  ],
])('what was migrated is told alike: %s', (_, leases) => {
  const facts = factsFrom({
    ...preflightFacts(),
    'converge/read-manifest': { etcd1: { keys: 40, keysWithTtl: 12 } },
    're-attach-ttls/attach': { etcd1: leases },
  });
  const [said] = conclusion(choicesOf(), facts, 'completed');
  expect(said).toMatch(/40 keys .*; 12 had a TTL: 9 have leases, 3 had run out and are gone\./);
});

test('the end of a way back says what was compared, what ran out, and what is left', () => {
  const facts = factsFrom({
    'v2-equal/compare': { [NO_TARGET]: { compared: 12, expired: ['/a/b'], writtenCount: 1 } },
    'originals-back/rename-back': { etcd1: { setAside: true } },
    'files-back/restore-files': { master1: { editedByOthers: ['/etc/origin/master/master-config.yaml'] } },
  });
  const said = conclusion(choicesOf(), facts, 'rolled-back').join('\n');
  expect(said).toMatch(/12 keys are exactly as they were, and 1 have run out since: \/a\/b/);
  expect(said).toMatch(/1 keys were written by somebody else/);
  expect(said).toMatch(/Edited by somebody else.*master1:\/etc\/origin\/master\/master-config.yaml/);
  expect(said).toMatch(/pawl cleanup RUN/);
});
