import {
  allHealthy,
  commandFailed,
  complaint,
  EtcdError,
  headerIndex,
  judgeConvergence,
  parseAlarms,
  parseClusterHealth,
  parseEndpointHealth,
  parseEndpointStatus,
  parseEtcdctlVersion,
  parseEtcdVersion,
  parseGet,
  parseHealth,
  parseHttpAnswer,
  parseLeaseGrant,
  parseLeaseLife,
  parseMemberChange,
  parseMembers,
  parseMembersV2,
  parseMigrate,
  parseServerVersion,
  parseSnapshotStatus,
  parseTxn,
  parseTxnGet,
  parseTxnPlain,
} from '../../src';
import { fixture, fixtures, VERSIONS, type Version } from '../helpers/fixture';

const old = (version: Version): boolean => version === '3.1.9' || version === '3.2.22';

describe.each(VERSIONS)('the recorded output of %s', (version) => {
  const f = (name: string): ReturnType<typeof fixture> => fixture(version, name);

  test('versions', () => {
    expect(parseEtcdVersion(f('etcd-version').out)).toBe(version);
    expect(parseEtcdctlVersion(f('v3-version-command').out)).toBe(version);
    expect(parseServerVersion(f('http-version.leader').http?.body ?? '').server).toBe(version);
    expect(parseServerVersion(f('http-version.no-leader').http?.body ?? '').server).toBe(version);
  });

  test.each([
    ['all-up', 3, 'healthy healthy healthy'],
    ['after-join', 3, 'healthy healthy healthy'],
    ['one-member', 1, 'healthy'],
    ['force-new', 1, 'healthy'],
    ['late-removal', 1, 'healthy'],
    ['one-down', 3, 'healthy healthy unreachable'],
    ['two-down', 3, 'unhealthy unreachable unreachable'],
    ['two-plus-unstarted', 3, 'healthy healthy unstarted'],
    ['three-plus-unstarted', 4, 'healthy healthy healthy unstarted'],
    ['one-plus-unstarted', 2, 'unhealthy unstarted'],
    ['joiner-pre-migration-data', 2, 'unhealthy unstarted'],
    ['all-down', 3, ''],
  ])('cluster-health, %s: each member by itself', (state, expected, states) => {
    const health = parseClusterHealth(f(`v2-cluster-health.${state}`).out);
    expect(
      health.members
        .map((member) => member.state)
        .sort()
        .join(' '),
    ).toBe(states);
    expect(allHealthy(health, expected)).toBe(!states.includes('un') && states !== '');
    expect(allHealthy(health, expected + 1)).toBe(false);
  });

  test('cluster-health says healthy, exit 0, with a member down: the verdict is ours', () => {
    const oneDown = f('v2-cluster-health.one-down');
    expect(oneDown.exit).toBe(old(version) ? 0 : 5);
    expect(allHealthy(parseClusterHealth(oneDown.out), 3)).toBe(false);
  });

  test('member list, both APIs name the same members by the same ids', () => {
    const v2 = parseMembersV2(f('v2-member-list.three-plus-unstarted').out);
    const v3 = parseMembers(f('v3-member-list-json.three-plus-unstarted').out);
    const plain = v2.map(({ leader: _, ...member }) => member);
    expect([...plain].sort(byId)).toEqual([...v3].sort(byId));
    expect(v3.filter((member) => !member.started)).toMatchObject([{ name: '', clientUrls: [] }]);
    expect(v2.filter((member) => member.leader)).toHaveLength(1);
    expect(
      parseMembers(f('v3-member-list-json.three').out)
        .map((member) => member.name)
        .sort(),
    ).toEqual(['etcd1', 'etcd2', 'etcd3']);
    for (const name of fixtures(version, 'v2-member-list.')) {
      if (f(name).exit === 0)
        expect(parseMembersV2(f(name).out).every((member) => member.peerUrls.length === 1)).toBe(true);
      else expect(commandFailed(f(name), 'list').code).toMatch(/^E_ETCD_(NO_LEADER|UNAVAILABLE)$/);
    }
  });

  test.each([
    ['success', { verdict: 'done' }],
    ['success-two-to-three', { verdict: 'done' }],
    ['too-early', { verdict: 'refused', reason: 'unhealthy-cluster' }],
    ['while-unhealthy', { verdict: 'refused', reason: 'unhealthy-cluster' }],
    ['one-down', { verdict: 'refused', reason: 'unhealthy-cluster' }],
    ['no-leader', { verdict: 'refused', reason: 'unhealthy-cluster' }],
    ['not-enough-started', { verdict: 'refused', reason: 'not-enough-started' }],
    ['peer-url-exists', { verdict: 'refused', reason: 'exists' }],
  ])('member add, %s', (state, expected) => {
    expect(parseMemberChange(f(`v3-member-add.${state}`))).toMatchObject(expected);
  });

  test.each([
    ['success', { verdict: 'done' }],
    ['same-url', { verdict: 'done' }],
    ['unknown-id', { verdict: 'refused', reason: 'no-such-member' }],
    ['peer-url-exists', { verdict: 'refused', reason: 'exists' }],
  ])('member update, %s', (state, expected) => {
    expect(parseMemberChange(f(`v3-member-update.${state}`))).toMatchObject(expected);
  });

  test('endpoint status: ids as hex, the applied index, an absent leader', () => {
    const three = parseEndpointStatus(f('v3-endpoint-status-json.three').out);
    const members = parseMembers(f('v3-member-list-json.three').out);
    expect(three.map((status) => status.memberId).sort()).toEqual(members.map((member) => member.id).sort());
    const endpoints = three.map((status) => status.endpoint);
    expect(judgeConvergence(three, endpoints)).toMatchObject({ converged: true });
    expect(judgeConvergence(three, [...endpoints, 'https://127.0.0.1:1'])).toMatchObject({
      converged: false,
    });
    const alone = parseEndpointStatus(f('v3-endpoint-status-json.no-leader').out);
    expect(alone).toMatchObject([{ leader: undefined }]);
    expect(
      judgeConvergence(
        alone,
        alone.map((status) => status.endpoint),
      ),
    ).toMatchObject({ converged: false, reason: 'a member knows of no leader' });
    expect(parseEndpointStatus(f('v3-endpoint-status-json.one-down').out)).toHaveLength(2);
    expect(parseEndpointStatus(f('v3-endpoint-status-json.all-down').out)).toEqual([]);
    for (const name of fixtures(version, 'v3-endpoint-status-json.')) {
      for (const status of parseEndpointStatus(f(name).out))
        expect(status).toMatchObject({ version, memberId: expect.stringMatching(/^[0-9a-f]+$/) });
    }
  });

  test.each([
    ['three', 3, 0],
    ['one-member', 1, 0],
    ['one-down', 2, 1],
    ['only-the-down-one', 0, 1],
    ['one-plus-unstarted', 0, 1],
    ['two-down', 0, 3],
    ['all-down', 0, 3],
  ])('endpoint health, %s: %i healthy, %i not', (state, healthy, not) => {
    const found = parseEndpointHealth(f(`v3-endpoint-health.${state}`));
    expect(found.filter((endpoint) => endpoint.healthy)).toHaveLength(healthy);
    expect(found.filter((endpoint) => !endpoint.healthy)).toHaveLength(not);
  });

  test('/health', () => {
    for (const name of fixtures(version, 'http-health.').filter((name) => !name.endsWith('refused'))) {
      const answer = parseHttpAnswer(f(name).stdout);
      expect(parseHealth(answer.body)).toBe(answer.status === 200);
    }
    expect(commandFailed(f('http-health.refused'), 'ask').code).toBe('E_ETCD_UNAVAILABLE');
  });

  test('/v2/keys: heads and their indices', () => {
    for (const name of fixtures(version, 'http-v2-keys.')) {
      const answer = parseHttpAnswer(f(name).stdout);
      expect(answer.status).toBe(f(name).http?.status);
      if (answer.status < 400) expect(headerIndex(answer, 'x-raft-index')).toBeGreaterThan(0);
      if (answer.status < 500) expect(headerIndex(answer, 'x-etcd-index')).toBeGreaterThan(0);
      expect(headerIndex(answer, 'x-none')).toBeUndefined();
    }
  });

  test('get -w json: keys byte-equal, leases as hex, the end of a page', () => {
    const page = parseGet(f('v3-get-prefix-json').out);
    const granted = parseLeaseGrant(f('v3-lease-grant').out);
    expect(page.kvs.map((kv) => kv.key.toString())).toEqual(['/p/a', '/p/b', '/p/c', '/p/d', '/p/e', '/p/f']);
    expect(page.kvs.at(4)?.value).toEqual(Buffer.from([0, 1, 0xff, 0xfe, 0x80, 0x62, 0x69, 0x6e]));
    expect(page.kvs.map((kv) => kv.lease)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      granted.id,
    ]);
    expect(page.kvs.at(1)).toMatchObject({ createRevision: 3, modRevision: 4, version: 2 });
    expect(parseGet(f('v3-get-page-json.first').out)).toMatchObject({ more: true });
    expect(parseGet(f('v3-get-page-json.last').out)).toMatchObject({ more: false });
    expect(parseGet(f('v3-get-page-json.at-revision').out).kvs).toHaveLength(2);
    expect(parseGet(f('v3-get-migrated-json').out).kvs).toHaveLength(14);
    for (const name of ['v3-get-empty', 'v3-get-empty.serializable', 'v3-get-empty.with-v2-keys']) {
      expect(parseGet(f(name).out)).toMatchObject({ revision: 1, kvs: [], more: false, count: 0 });
    }
    expect(parseGet(f('v3-get-nonempty').out)).toMatchObject({ more: true, count: 6 });
  });

  test('get that fails is classified', () => {
    expect(commandFailed(f('v3-get-rev.future'), 'read').code).toBe('E_ETCD_REVISION');
    expect(commandFailed(f('v3-get-rev.compacted'), 'read').code).toBe('E_ETCD_REVISION');
    expect(commandFailed(f('v3-get.all-down'), 'read').code).toBe('E_ETCD_UNAVAILABLE');
    expect(commandFailed(f('v3-get.no-leader'), 'read').code).toBe('E_ETCD_UNAVAILABLE');
    expect(commandFailed(f('v3-put.all-down'), 'write').code).toBe('E_ETCD_UNAVAILABLE');
    expect(commandFailed(f('v3-put.no-leader'), 'write').code).toBe('E_ETCD_UNAVAILABLE');
    expect(commandFailed(f('tls.v2-server-cert-as-client'), 'ask').code).toBe('E_ETCD_TLS');
    expect(commandFailed(f('tls.v2-wrong-ca'), 'ask').code).toBe('E_ETCD_TLS');
    expect(commandFailed(f('tls.curl-no-client-cert'), 'ask').code).toBe('E_ETCD_TLS');
    expect(commandFailed(f('tls.v3-server-cert-as-client'), 'ask').code).toBe('E_ETCD_UNAVAILABLE');
  });

  test.each([
    'curl: (35) Recv failure: Connection reset by peer',
    'curl: (35) OpenSSL SSL_connect: Connection reset by peer in connection to 198.18.1.12:2379',
    'curl: (52) Empty reply from server',
  ])('one that ends while it is asked is not there, whatever curl was at: %s', (stderr) => {
    expect(commandFailed({ exit: 35, stdout: '', stderr }, 'ask').code).toBe('E_ETCD_UNAVAILABLE');
  });

  test('txn', () => {
    expect(parseTxn(f('v3-txn-json.succeeded'))).toMatchObject({ verdict: 'succeeded' });
    expect(parseTxn(f('v3-txn-json.two-keys'))).toMatchObject({ verdict: 'succeeded' });
    expect(parseTxn(f('v3-txn.128-ops'))).toMatchObject({ verdict: 'succeeded' });
    expect(parseTxn(f('v3-txn-json.failed'))).toMatchObject({ verdict: 'compare-failed' });
    expect(parseTxn(f('v3-txn-json.failed-empty-branch'))).toMatchObject({ verdict: 'compare-failed' });
    expect(parseTxn(f('v3-txn.too-many-ops'))).toMatchObject({
      verdict: 'refused',
      reason: 'too-many-operations',
    });
    expect(parseTxn(f('v3-txn.unknown-lease'))).toMatchObject({
      verdict: 'refused',
      reason: 'no-such-lease',
    });
    expect(parseTxn(f('v3-txn.bad-syntax'))).toMatchObject({ verdict: 'refused', reason: 'syntax' });
    expect(parseTxnPlain(f('v3-txn.succeeded'))).toBe('succeeded');
    expect(parseTxnPlain(f('v3-txn.multi-line-value'))).toBe('succeeded');
    expect(parseTxnPlain(f('v3-txn.failed'))).toBe('compare-failed');
    expect(() => parseTxnPlain(f('v3-txn.bad-syntax'))).toThrow(EtcdError);
    expect(() => parseTxnGet(f('v3-txn-json.failed').out)).toThrow(EtcdError);
  });

  test('leases', () => {
    const granted = parseLeaseGrant(f('v3-lease-grant').out);
    expect(granted).toMatchObject({ ttlSeconds: 3600 });
    expect(parseLeaseLife(f('v3-lease-timetolive-json').out)).toMatchObject({
      grantedSeconds: 3600,
      keys: [Buffer.from('/p/f')],
    });
    const unknown = f('v3-lease-timetolive-json.unknown');
    if (unknown.exit === 0) expect(parseLeaseLife(unknown.out)).toMatchObject({ ttlSeconds: -1, keys: [] });
    else expect(complaint(unknown)).toBe('etcdserver: requested lease not found');
  });

  test('snapshot status', () => {
    const status = (name: string): ReturnType<typeof parseSnapshotStatus> =>
      parseSnapshotStatus(f(`v3-snapshot-status-json.${name}`).out);
    expect(status('migrated')).toEqual({ ...status('migrated-twice'), bytes: expect.any(Number) });
    expect(status('after-killed')).toEqual({ ...status('success-big'), bytes: expect.any(Number) });
    expect(status('killed').hash).not.toBe(status('success-big').hash);
    for (const name of ['member-db', 'saved', 'truncated-wal', 'migrated-no-ttl', 'migrated-without-db'])
      expect(status(name).revision).toBeGreaterThan(1);
    expect(commandFailed(f('v3-snapshot-status-json.missing'), 'read').message).toContain('no such file');
    expect(commandFailed(f('v3-snapshot-status-json.garbage'), 'read').message).toContain('invalid database');
    expect(f('v3-snapshot-status-json.running')).toMatchObject({ exit: null, signal: 'SIGKILL' });
  });

  test.each([
    ['success', 'finished'],
    ['success-big', 'finished'],
    ['success-with-snap', 'finished'],
    ['second-run', 'finished'],
    ['no-ttl', 'finished'],
    ['after-killed', 'finished'],
    // Damage that migrate does not report: what was migrated is for the comparison to find.
    ['truncated-wal', 'finished'],
    ['corrupt-snap', 'finished'],
    ['db-missing', 'finished'],
    ['empty-with-snap', 'finished'],
    ['no-keys', 'no-v2-keys'],
    ['etcd-running', 'waiting'],
    ['killed', 'failed'],
    ['api-2', 'failed'],
    ['corrupt-wal-block', 'failed'],
    ['corrupt-wal-length', 'failed'],
    ['corrupt-wal-value', 'failed'],
    ['data-dir-empty', 'failed'],
    ['data-dir-missing', 'failed'],
    ['member-dir-given', 'failed'],
    ['no-data-dir-flag', 'failed'],
    ['unknown-flag', 'failed'],
    ['wal-missing', 'failed'],
  ])('migrate, %s: %s', (state, verdict) => {
    expect(parseMigrate(f(`v3-migrate.${state}`))).toMatchObject({ verdict });
  });

  test('migrate says what is wrong', () => {
    expect(parseMigrate(f('v3-migrate.wal-missing')).said).toBe('wal: file not found');
    expect(parseMigrate(f('v3-migrate.corrupt-wal-block')).said).toBe('walpb: crc mismatch');
    expect(parseMigrate(f('v3-migrate.corrupt-wal-length')).said).toMatch(
      /makeslice: len out of range|max entry size limit exceeded/,
    );
  });

  test('no alarm', () => {
    expect(parseAlarms(f('v3-alarm-list').out)).toEqual([]);
  });
});

test('output that no version prints is an error that names the command and quotes the line, without a token', () => {
  const token = 'sha-canary-4711';
  const bad = `what is /openshift.io/oauth/accesstokens/${token}?`;
  for (const parse of [
    parseClusterHealth,
    parseMembers,
    parseMembersV2,
    parseEndpointStatus,
    parseGet,
    parseTxnGet,
    parseLeaseGrant,
    parseLeaseLife,
    parseSnapshotStatus,
    parseAlarms,
    parseEtcdVersion,
    parseEtcdctlVersion,
    parseServerVersion,
    parseHealth,
  ]) {
    const error = thrown(() => parse(bad));
    expect(error).toMatchObject({ code: 'E_ETCD_PARSE' });
    expect(String(error)).toMatch(/(etcd|etcdctl|GET|curl)/);
    expect(String(error)).not.toContain(token);
  }
});

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}

function thrown(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('it did not throw');
}
