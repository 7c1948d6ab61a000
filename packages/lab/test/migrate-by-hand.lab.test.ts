import { labAvailable, labDown, labUp, type Lab } from '../src';
import { waitUntil } from '../src/wait-until';

jest.setTimeout(15 * 60_000);

const name = 'by-hand';
const masters = ['master1', 'master2'];
const units = ['origin-master-api', 'origin-master-controllers'];
const available = labAvailable();
const story = available.ok ? describe : describe.skip;

/** The stand-ins must tell a good migration from a bad one: the published steps, by bare commands, on one member. */
story('a migration by hand', () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await labUp({ name, etcd: 1, masters: 2 }, { replace: true });
    await lab.fill({ keys: 800, valueBytes: 200 });
    await lab.startMasters();
  });

  afterAll(async () => labDown(name));

  test('a master that is switched to etcd3 serves exactly what v2 held', async () => {
    const sum = async () =>
      JSON.parse((await lab.api('master1', '/lab/sum')).body) as { permanent: { count: number } };
    const before = await sum();
    for (const master of masters) await lab.exec(master, ['systemctl', 'stop', ...units]);
    const v2 = await lab.v2dump();
    await lab.exec('etcd1', ['systemctl', 'stop', 'etcd']);
    const migrate = ['env', 'ETCDCTL_API=3', 'etcdctl', 'migrate', '--data-dir', '/var/lib/etcd'];
    expect((await lab.exec('etcd1', migrate)).stdout).toContain('finished transforming keys');
    await lab.exec('etcd1', ['chown', '-R', 'etcd:etcd', '/var/lib/etcd']);
    await lab.exec('etcd1', ['systemctl', 'start', 'etcd']);

    const v3 = await lab.v3dump('etcd1');
    for (const [key, { value, createdIndex, modifiedIndex, expiration }] of v2) {
      const migrated = v3.get(key);
      // Keys with a TTL that ran out in between may still be there: they have become permanent.
      if (migrated === undefined && expiration !== undefined) continue;
      expect([key, migrated]).toEqual([
        key,
        { value, createRevision: createdIndex, modRevision: modifiedIndex },
      ]);
    }

    const edit = 's|^  apiServerArguments: $|  apiServerArguments:\\n    storage-backend:\\n    - etcd3|';
    for (const master of masters)
      await lab.exec(master, ['sed', '-i', edit, '/etc/origin/master/master-config.yaml']);
    await lab.startMasters();
    expect((await lab.api('master1', '/lab/storage')).body).toBe('etcd3');
    const after = await sum();
    // What had a TTL in v2 is permanent now: nobody has re-attached it.
    expect(after.permanent.count).toBeGreaterThan(before.permanent.count);
  });

  test('hidden keys stay behind, children of a directory with a TTL have become permanent, text is the same', async () => {
    const v3 = await lab.v3dump('etcd1');
    expect(v3.get('/openshift.io/lab-ttl-directories/long/one')).toMatchObject({ value: 'goes with long' });
    expect(v3.has('/_lab_hidden')).toBe(false);
    expect(v3.get('/kubernetes.io/configmaps/default/control')?.value).toBe(
      'line 1\nline 2\r\n\ttab\u0001\u007f end\n',
    );
  });

  test('the controllers take their lease over in v3, with a TTL', async () => {
    // The one that came along by migration is permanent, so nobody can take it: it has to be taken away (or given a lease).
    const key = '/openshift.io/leases/controllers';
    const tls = [
      '--cacert',
      '/etc/etcd/ca.crt',
      '--cert',
      '/etc/etcd/peer.crt',
      '--key',
      '/etc/etcd/peer.key',
    ];
    const del = ['etcdctl', '--endpoints', `https://${lab.host('etcd1').address}:2379`, ...tls, 'del', key];
    await lab.exec('etcd1', ['env', 'ETCDCTL_API=3', ...del]);
    const lease = async () => (await lab.v3dump('etcd1')).get(key)?.lease;
    await waitUntil('the lease is held', async () => (await lease()) !== undefined, {
      timeoutMs: 20_000,
      everyMs: 500,
    });
  });
});
