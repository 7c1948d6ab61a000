import { factsFrom, type JsonObject } from '@pawl/engine';
import type { RunHost } from '@pawl/steps-etcd';
import { judge } from '../src/judge/judge';
import { choicesOf, MIB, preflightFacts, type Seen } from './helpers/a-cluster';

type Spoil = (seen: Seen) => void;

const etcd =
  (host: string, change: (facts: Seen[string]) => JsonObject): Spoil =>
  (seen) => {
    const hosts = seen['preflight/etcd-hosts'] ?? {};
    Object.assign(hosts, { [host]: { ...hosts[host], ...change(hosts) } });
  };
const settings = (host: string, changed: JsonObject): Spoil =>
  etcd(host, (hosts) => ({ settings: { ...(hosts[host]?.['settings'] as JsonObject), ...changed } }));
const cluster =
  (changed: JsonObject): Spoil =>
  (seen) =>
    Object.assign(seen['preflight/cluster']?.['-'] ?? {}, changed);
const machine =
  (host: string, facts: JsonObject): Spoil =>
  (seen) =>
    Object.assign(seen['preflight/machines'] ?? {}, { [host]: facts });
const v2 =
  (changed: JsonObject): Spoil =>
  (seen) =>
    Object.assign(seen['preflight/cluster']?.['-']?.['v2'] ?? {}, changed);
const master =
  (changed: JsonObject): Spoil =>
  (seen) =>
    Object.assign(seen['preflight/masters']?.['master2'] ?? {}, changed);

test('nothing stands in the way of a cluster as OKD leaves it', () => {
  for (const size of [1, 3, 5, 7])
    expect(judge(choicesOf(size), factsFrom(preflightFacts(size)))).toEqual([]);
});

test.each<readonly [what: string, code: string, host: string | null, says: RegExp, spoil: Spoil]>([
  [
    'another run’s fence',
    'E_FENCED',
    'master1',
    /okd-20261120-1 of jo@elsewhere .* phase converge/,
    (seen) => {
      Object.assign(seen['preflight/fences'] ?? {}, {
        master1: {
          holder: {
            run: 'okd-20261120-1',
            owner: 'jo@elsewhere',
            database: '/home/jo/pawl.db',
            phase: 'converge',
            since: '2026-11-20T10:00:00Z',
          },
        },
      });
    },
  ],
  [
    'units that a run without a fence keeps from starting',
    'E_HELD',
    'master1',
    /origin-master-api.service is kept from starting by the run okd-20261120-1, whose fence is gone/,
    (seen) => {
      Object.assign(seen['preflight/fences'] ?? {}, {
        master1: { holder: null, held: [{ unit: 'origin-master-api.service', run: 'okd-20261120-1' }] },
      });
    },
  ],
  [
    'one machine under two names',
    'E_SAME_MACHINE',
    'master1',
    /answers as etcd2/,
    machine('master1', { machine: 'etcd2 boot', local: null }),
  ],
  [
    'a container runtime',
    'E_ETCD_RUNTIME',
    'etcd2',
    /etcd_container/,
    etcd('etcd2', () => ({ foreignRuntime: ['etcd runs as the container unit etcd_container'] })),
  ],
  [
    'a WAL that a link leads to',
    'E_LINK',
    'etcd3',
    /member\/wal is a link/,
    etcd('etcd3', () => ({ links: ['/var/lib/etcd/member/wal'] })),
  ],
  [
    'a joiner that could not make its WAL directory',
    'E_WAL_PARENT',
    'etcd2',
    /etcd runs as etcd, .*above \/wal\/etcd/,
    (seen) => {
      settings('etcd2', { walDir: '/wal/etcd' })(seen);
      etcd('etcd2', () => ({ canMakeWal: false }))(seen);
    },
  ],
  [
    'etcd that does not say where its peers reach it',
    'E_PEER_URL',
    'etcd2',
    /no ETCD_INITIAL_ADVERTISE_PEER_URLS/,
    settings('etcd2', { initialAdvertisePeerUrls: [] }),
  ],
  ['etcd without TLS', 'E_ETCD_NO_TLS', 'etcd1', /without TLS/, settings('etcd1', { certs: null })],
  [
    'a mounted WAL directory',
    'E_MOUNT_POINT',
    'etcd3',
    /WAL directory \/wal\/etcd/,
    settings('etcd3', { walDir: '/wal/etcd', walDirIsMount: true }),
  ],
  [
    'a mounted member directory',
    'E_MOUNT_POINT',
    'etcd3',
    /\/var\/lib\/etcd\/member/,
    settings('etcd3', { memberDirIsMount: true }),
  ],
  [
    'a forced start that was left',
    'E_FORCE_LEFT',
    'etcd1',
    /FORCE_NEW_CLUSTER/,
    settings('etcd1', { forceNewCluster: true }),
  ],
  [
    'etcdctl of another version',
    'E_VERSION_MISMATCH',
    'etcd2',
    /etcd is 3\.1\.9 and etcdctl 3\.2\.22/,
    etcd('etcd2', () => ({ installed: { etcd: '3.1.9', etcdctl: '3.2.22' } })),
  ],
  [
    'v3 keys that are there',
    'E_V3_IN_USE',
    'etcd3',
    /holds 2 keys already \(revision 7\), while every master is configured for v2: tainted.*nothing beside the data says by whom/,
    etcd('etcd3', () => ({ v3: { revision: 7, keys: 2, neverUsed: false } })),
  ],
  [
    'a v3 that was used and emptied',
    'E_V3_IN_USE',
    'etcd3',
    /emptied \(revision 7\).* what Pawl’s run okd-20261120-1 left/,
    etcd('etcd3', () => ({
      v3: { revision: 7, keys: 0, neverUsed: false },
      runFolders: ['okd-20261120-1'],
    })),
  ],
  [
    'a member that the inventory does not name',
    'E_MEMBERS_DIFFER',
    null,
    /etcd9\.example\.com/,
    cluster({ members: [1, 2, 9].map((n) => ({ id: `${n}`, name: `etcd${n}.example.com`, peerUrls: [] })) }),
  ],
  [
    'a member that was added and never started',
    'E_MEMBERS_DIFFER',
    null,
    /added, never started/,
    cluster({
      members: [1, 2, 3].map((n) => ({
        id: `${n}`,
        name: n === 3 ? '' : `etcd${n}.example.com`,
        peerUrls: [],
      })),
    }),
  ],
  [
    'an ill member',
    'E_MEMBER_UNHEALTHY',
    null,
    /3f00 is unreachable/,
    cluster({ unhealthy: ['member 3f00 is unreachable'] }),
  ],
  ['an alarm', 'E_ALARM', null, /NOSPACE/, cluster({ alarms: ['{"alarm":"NOSPACE"}'] })],
  [
    'a value with a TTL that v3 can’t take',
    'E_VALUE_TOO_LARGE',
    null,
    /\/openshift\.io\/big/,
    cluster({ tooLarge: ['/openshift.io/big'] }),
  ],
  ['no v2 data', 'E_NO_V2_DATA', null, /no keys/, v2({ keys: 0 })],
  ['little disk', 'E_DISK', 'etcd1', /814 MiB needed/, etcd('etcd1', () => ({ freeBytes: 813 * MIB }))],
  [
    'a quota below what v3 takes',
    'E_QUOTA',
    'etcd2',
    /quota is 40 MiB/,
    settings('etcd2', { quotaBackendBytes: 40 * MIB }),
  ],
  [
    'what a master says itself',
    'E_PACEMAKER',
    'master2',
    /Pacemaker/,
    master({
      refusals: [{ code: 'E_PACEMAKER', message: 'Pacemaker runs the masters', hint: 'Take it out.' }],
    }),
  ],
  [
    'a master that is on v3',
    'E_MASTER_ON_V3',
    'master2',
    /etcd3 already/,
    master({ config: { backend: 'v3' } }),
  ],
])('%s is one finding with its remedy: %s', (_what, code, host, says, spoil) => {
  const seen = preflightFacts();
  spoil(seen);
  const found = judge(choicesOf(), factsFrom(seen));
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({
    code,
    host,
    level: 'refusal',
    message: expect.stringMatching(says) as unknown,
  });
  expect(found[0]?.hint).toMatch(/.{10}/);
});

test.each<[string, JsonObject, RegExp]>([
  [
    'v2',
    {},
    /`pawl rollback --from DIR -i INVENTORY` .*docs\/recover\.md.*openshift-backup-pre-migration.*`etcdctl backup`/,
  ],
  [
    'v3',
    { config: { backend: 'v3' } },
    /the backup made then: `pawl rollback --from DIR .*docs\/recover\.md/,
  ],
])('out of a v3 that is in use leads a backup, with a master on %s', (_backend, changed, says) => {
  const seen = preflightFacts();
  etcd('etcd3', () => ({ v3: { revision: 7, keys: 2, neverUsed: false } }))(seen);
  master(changed)(seen);
  const found = judge(choicesOf(), factsFrom(seen)).find(({ code }) => code === 'E_V3_IN_USE');
  expect(found?.hint).toMatch(says);
});

test('an even number of members', () => {
  const [found, ...more] = judge(choicesOf(2), factsFrom(preflightFacts(2)));
  expect([found?.code, more]).toEqual(['E_MEMBER_COUNT', []]);
});

test('members of two versions: the one that differs, and the cluster', () => {
  const seen = preflightFacts();
  etcd('etcd2', () => ({ installed: { etcd: '3.2.22', etcdctl: '3.2.22' }, running: '3.2.22' }))(seen);
  expect(judge(choicesOf(), factsFrom(seen)).map(({ code, host }) => [code, host])).toEqual([
    ['E_VERSION_MISMATCH', null],
  ]);
});

test('installed newer than what runs', () => {
  const seen = preflightFacts(1);
  etcd('etcd1', () => ({ installed: { etcd: '3.2.22', etcdctl: '3.2.22' } }))(seen);
  expect(judge(choicesOf(1), factsFrom(seen))[0]?.message).toMatch(/3\.1\.9 runs, and 3\.2\.22 is installed/);
});

test('what the inventory says itself', () => {
  const choices = {
    ...choicesOf(),
    declared: ['etcd1: containerized etcd (etcd_container)', 'the masters are run by Pacemaker'],
  };
  expect(judge(choices, factsFrom(preflightFacts())).map(({ code }) => code)).toEqual(['E_SHAPE', 'E_SHAPE']);
});

/** The first host sends a snapshot to each joiner, which takes more memory than migrate. */
test('memory is asked of the host that sends, more than of the others', () => {
  const seen = preflightFacts();
  for (const host of ['etcd1', 'etcd2', 'etcd3']) etcd(host, () => ({ memoryBytes: 300 * MIB }))(seen);
  expect(judge(choicesOf(), factsFrom(seen)).map(({ code, host }) => [code, host])).toEqual([
    ['E_MEMORY', 'etcd1'],
  ]);
  for (const host of ['etcd1', 'etcd2', 'etcd3']) etcd(host, () => ({ memoryBytes: 273 * MIB }))(seen);
  expect(judge(choicesOf(), factsFrom(seen)).map(({ host }) => host)).toEqual(['etcd1', 'etcd2', 'etcd3']);
});

test('all findings are told at once', () => {
  const seen = preflightFacts();
  settings('etcd1', { forceNewCluster: true })(seen);
  v2({ keys: 0 })(seen);
  master({ config: { backend: 'v3' } })(seen);
  expect(judge(choicesOf(), factsFrom(seen)).map(({ code }) => code)).toEqual([
    'E_FORCE_LEFT',
    'E_NO_V2_DATA',
    'E_MASTER_ON_V3',
  ]);
});

describe('the controller’s own host', () => {
  const findings = (
    names: readonly string[],
    spoil: Spoil,
  ): readonly (readonly [string, string | null])[] => {
    const plain = choicesOf();
    const local = (host: RunHost): RunHost =>
      names.includes(host.name) ? { ...host, connection: 'local' } : host;
    const choices = { ...plain, etcd: plain.etcd.map(local), masters: plain.masters.map(local) };
    const seen = preflightFacts();
    spoil(seen);
    return judge(choices, factsFrom(seen)).map(({ code, host }) => [code, host]);
  };
  const here = (meant: readonly string[], id = 'master1 boot'): Spoil =>
    machine('master1', { machine: id, local: { own: ['192.0.2.21', 'fe80::1'], meant } });

  test.each<readonly [string, readonly string[]]>([
    ['its address is one of its own', ['192.0.2.21']],
    ['its name leads to loopback, as where /etc/hosts says so', ['127.0.1.1']],
    ['one of several addresses is its own', ['198.51.100.1', 'fe80::1']],
  ])('is taken where %s', (_, meant) => {
    expect(findings(['master1'], here(meant))).toEqual([]);
  });

  test.each<readonly [string, readonly string[]]>([
    ['the address is another machine’s', ['198.51.100.1']],
    ['the name leads nowhere', []],
  ])('is refused where %s', (_, meant) => {
    expect(findings(['master1'], here(meant))).toEqual([['E_LOCAL_ELSEWHERE', 'master1']]);
  });

  test('is refused where it answers by SSH under another name too: Pawl runs on that one', () => {
    expect(findings(['master1'], here(['192.0.2.21'], 'etcd2 boot'))).toEqual([
      ['E_SAME_MACHINE', 'master1'],
    ]);
  });

  test('is one: two that are declared so are refused, once', () => {
    expect(findings(['etcd1', 'master1'], here(['192.0.2.21'], 'etcd1 boot'))).toEqual([
      ['E_SEVERAL_LOCAL', null],
    ]);
  });
});
