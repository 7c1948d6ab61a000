import { factsFrom, type JsonObject } from '@pawl/engine';
import { judgeRehearsal } from '../../src';

const BACKUP = { host: 'etcd1', path: '/b' };
const manifest = { digest: 'd', why: null, compared: 20, differences: 0, shown: [], expired: 3 };
const compared = {
  ...{ keys: 17, bytes: 1, keysWithTtl: 3, reference: 'd' },
  v3: { revision: 1, keys: 0 },
  manifest,
};

function judged(steps: Readonly<Record<string, JsonObject>>): readonly string[] {
  const facts = factsFrom({
    'preflight/backup': { etcd1: { backup: { takenAt: '2026-11-02T03:12:00.000Z' } } },
    ...Object.fromEntries(
      Object.entries(steps).map(([step, found]) => [`rehearse/${step}`, { etcd1: found }]),
    ),
  });
  return judgeRehearsal(facts, BACKUP).map(({ level, code, message }) => `${level} ${code} ${message}`);
}

test('one that holds what the manifest has restores; what has run out since is told', () => {
  const [found, ...others] = judged({ compare: compared });
  expect(others).toEqual([]);
  expect(found).toMatch(/^ok E_BACKUP_RESTORES .*17 keys, as the manifest has them; 3 have run out since/);
});

test.each<[what: string, steps: Record<string, JsonObject>, is: RegExp]>([
  [
    'a copy that was refused',
    { 'scratch-copy': { copied: false, said: 'is damaged' } },
    /^refusal E_BACKUP_DAMAGED .*is damaged/,
  ],
  [
    'an etcd that does not start',
    { 'scratch-copy': { copied: true }, 'scratch-start': { up: false, said: 'does not match' } },
    /^refusal E_BACKUP_DEAD .*does not match/,
  ],
  [
    'an etcd that ended before it was read',
    { compare: { read: false, said: 'it does not run' } },
    /^refusal E_BACKUP_UNREAD .*it does not run/,
  ],
  ['no key in it', { compare: { ...compared, keys: 0 } }, /^refusal E_BACKUP_EMPTY/],
  [
    'v3 data in its database',
    { compare: { ...compared, v3: { revision: 9, keys: 4 } } },
    /^refusal E_BACKUP_V3 .*revision 9, 4 keys/,
  ],
  [
    'another content than the manifest’s',
    {
      compare: {
        ...compared,
        manifest: { ...manifest, differences: 1, shown: [{ key: '/a', why: 'missing' }] },
      },
    },
    /^refusal E_BACKUP_DIFFERS .*1 differences in 20 keys, first \/a \(missing\)/,
  ],
  [
    'a manifest that can’t be used',
    { compare: { ...compared, manifest: { ...manifest, why: 'it is not whole' } } },
    /^refusal E_MANIFEST_DIFFERS .*it is not whole/,
  ],
  ['no manifest', { compare: { ...compared, manifest: null } }, /^warning E_NO_MANIFEST .*17 keys/],
])('%s', (_what, steps, is) => {
  const [found, ...others] = judged(steps);
  expect(others).toEqual([]);
  expect(found).toMatch(is);
});
