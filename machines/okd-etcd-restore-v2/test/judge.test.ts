import { factsFrom, type JsonObject } from '@pawl/engine';
import { settingsOf } from '../../../test/machines/settings-of';
import { judge } from '../src/judge/judge';
import { choicesOf } from './helpers/choices-of';
import { factsOf, MIB } from './helpers/facts-of';

/** What is found where these facts of a step differ from those of a good cluster. */
function found(step: string, target: string, change: JsonObject, choices = choicesOf()): readonly string[] {
  const seen = factsOf();
  const facts = seen[step] ?? {};
  facts[target] = { ...facts[target], ...change };
  return judge(choices, factsFrom({ ...seen, [step]: facts })).map(
    ({ level, code, host }) => `${level} ${code}${host === null ? '' : ` ${host}`}`,
  );
}

const backup = (change: JsonObject): JsonObject => ({
  backup: { ...(factsOf()['preflight/backup']?.['etcd1']?.['backup'] as JsonObject), ...change },
});

test('a cluster that serves from v3 can be restored', () => {
  expect(judge(choicesOf(), factsFrom(factsOf()))).toEqual([]);
});

test.each<[what: string, step: string, target: string, change: JsonObject, is: readonly string[]]>([
  ['etcd is down everywhere', 'etcd-hosts', 'etcd1', { healthy: false }, []],
  ['a member that was removed', 'etcd-hosts', 'etcd2', { memberBytes: 0 }, []],
  [
    'the line of a failed migration in etcd.conf',
    'etcd-hosts',
    'etcd1',
    { forcedBy: 'etcd.conf' },
    ['warning E_FORCE_LEFT etcd1'],
  ],
  [
    'force-new-cluster in the unit',
    'etcd-hosts',
    'etcd1',
    { forcedBy: 'elsewhere' },
    ['refusal E_FORCE_LEFT etcd1'],
  ],
  [
    'etcd that does not say where its peers reach it',
    'etcd-hosts',
    'etcd3',
    { settings: { ...settingsOf(3), initialAdvertisePeerUrls: [] } as unknown as JsonObject },
    ['refusal E_PEER_URL etcd3'],
  ],
  ['no room on the restore host', 'etcd-hosts', 'etcd1', { freeBytes: 290 * MIB }, ['refusal E_DISK etcd1']],
  ['less room is enough on another', 'etcd-hosts', 'etcd2', { freeBytes: 290 * MIB }, []],
  ['no room on another', 'etcd-hosts', 'etcd2', { freeBytes: 100 * MIB }, ['refusal E_DISK etcd2']],
  [
    'another version on one host',
    'etcd-hosts',
    'etcd3',
    { installed: { etcd: '3.2.22', etcdctl: '3.2.22' } },
    ['refusal E_VERSION_MISMATCH'],
  ],
  [
    'a database that is missing',
    'backup',
    'etcd1',
    { db: { use: 'missing', why: 'none was found' } },
    ['refusal E_BACKUP_DB etcd1'],
  ],
  [
    'a database of another backup',
    'backup',
    'etcd1',
    { db: { use: 'other', path: '/var/lib/etcd/openshift-backup-2/member/snap/db' } },
    ['warning E_BACKUP_DB etcd1'],
  ],
  ['a backup that needs none', 'backup', 'etcd1', { db: { use: 'none', why: 'no snapshot' } }, []],
  ['no manifest', 'backup', 'etcd1', { manifestDigest: null }, ['warning E_NO_MANIFEST etcd1']],
  [
    'a large backup',
    'backup',
    'etcd1',
    backup({ bytes: 20_000 * MIB }),
    ['refusal E_DISK etcd1', 'refusal E_DISK etcd2', 'refusal E_DISK etcd3'],
  ],
  [
    'another run that holds a host',
    'fences',
    'master1',
    {
      holder: { run: 'okd-1', owner: 'root@ops', database: '/db', phase: 'migrate', since: '2026-11-24' },
    },
    ['refusal E_FENCED master1'],
  ],
  [
    'a master that can’t be handled',
    'masters',
    'master2',
    { refusals: [{ code: 'E_PACEMAKER', message: 'Pacemaker runs it', hint: 'stop it' }] },
    ['refusal E_PACEMAKER master2'],
  ],
])('%s', (_what, step, target, change, is) => {
  expect(found(`preflight/${step}`, target, change)).toEqual(is);
});

test('two that are left of three are told, and enough', () => {
  const choices = { ...choicesOf(2), gone: ['etcd3'], reason: 'burnt' };
  const [finding, ...others] = judge(choices, factsFrom(factsOf(2)));
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ level: 'warning', code: 'E_MEMBER_COUNT' });
  expect(finding?.message).toContain('without etcd3');
});

test.each([
  ['/srv/wal/etcd/old', ['refusal E_BACKUP_LIVE etcd1']],
  ['/srv/wal/etcd-old', []],
])('a backup in %s, where the WAL has the directory /srv/wal/etcd', (path, is) => {
  const seen = factsOf();
  const host = seen['preflight/etcd-hosts']?.['etcd1'] ?? {};
  seen['preflight/etcd-hosts'] = {
    ...seen['preflight/etcd-hosts'],
    etcd1: { ...host, settings: { ...(host['settings'] as JsonObject), walDir: '/srv/wal/etcd' } },
  };
  seen['preflight/backup'] = { etcd1: { ...seen['preflight/backup']?.['etcd1'], ...backup({ path }) } };
  const found = judge(choicesOf(), factsFrom(seen));
  expect(found.map(({ level, code, host: at }) => `${level} ${code} ${at ?? ''}`)).toEqual(is);
});
