import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { labAvailable, labDown, labForget, labUp, type FillReport, type Lab } from '../src';
import { waitUntil } from '../src/wait-until';
import { whatStands } from './left-behind';

const name = 'cluster-test';
jest.setTimeout(15 * 60_000);

const available = labAvailable();
const story = available.ok ? describe : describe.skip;

/** A lab as most tests use it: three etcd hosts, two masters. The tests are one story, in this order. */
story('a lab', () => {
  let before: string;
  let lab: Lab;
  let filled: FillReport;

  beforeAll(async () => {
    await labDown(name);
    before = whatStands(name);
    lab = await labUp({ name, etcd: 3, masters: 2 });
  });

  afterAll(async () => {
    await labDown(name);
    labForget(name, 'filled');
  });

  const healthz = async (host: string) => (await lab.api(host, '/healthz/ready')).body;
  const sum = async (host: string) =>
    JSON.parse((await lab.api(host, '/lab/sum')).body) as Record<string, unknown>;
  const ssh = (host: string, command: string) => {
    const [file = '', ...args] = lab.ssh(host, [command]);
    return execFileSync(file, args, { encoding: 'utf8' });
  };

  test.each([
    ['etcd1', '/etc/etcd/server.crt', ['TLS Web Server Authentication']],
    ['etcd1', '/etc/etcd/peer.crt', ['TLS Web Client Authentication', 'TLS Web Server Authentication']],
    ['master1', '/etc/origin/master/master.etcd-client.crt', ['TLS Web Client Authentication']],
  ])('%s:%s is good for no more than OKD allows', async (host, file, usages) => {
    const { stdout } = await lab.exec(host, ['cat', file]);
    const text = execFileSync('openssl', ['x509', '-noout', '-ext', 'extendedKeyUsage'], {
      input: stdout,
      encoding: 'utf8',
    });
    expect(text.split('\n')[1]?.trim().split(', ')).toEqual(usages);
    expect(new X509Certificate(stdout).subjectAltName).toContain(`IP Address:${lab.host(host).address}`);
  });

  test('the hosts look like hosts: systemd is up, nothing failed, sudo works, sshd has its stock limits', async () => {
    for (const { name: host, hostname } of lab.hosts) {
      expect(ssh(host, 'hostname; sudo -n id -u; systemctl is-system-running').split('\n')).toEqual([
        hostname,
        '0',
        'running',
        '',
      ]);
    }
    expect(ssh('etcd1', "sudo -n sshd -T | grep -E '^(maxsessions|permitrootlogin) ' | sort")).toBe(
      'maxsessions 10\npermitrootlogin without-password\n',
    );
    expect(ssh('etcd1', 'systemctl show etcd -p Type -p User -p UnitFileState')).toBe(
      'Type=notify\nUser=etcd\nUnitFileState=enabled\n',
    );
  });

  test('the computer itself has no way to the hosts: they are in a network of their own', () => {
    expect(() =>
      execFileSync('ping', ['-c1', '-W1', lab.host('etcd1').address], { stdio: 'pipe' }),
    ).toThrow();
    expect(whatStands(name)).toContain(`"pawl-lab-${name}"`);
  });

  test('fill says what it put, and v2 holds it', async () => {
    filled = await lab.fill({ keys: 2000, valueBytes: 300, seed: 3 });
    expect(filled).toMatchObject({ keys: 2000, hidden: 2, directories: 4 });
    const dump = await lab.v2dump();
    // Some have run out by now.
    expect(dump.size).toBeGreaterThan(1900);
    expect(dump.get('/kubernetes.io/configmaps/default/control')?.value).toBe(
      'line 1\nline 2\r\n\ttab\u0001\u007f end\n',
    );
    expect(dump.get('/openshift.io/lab-ttl-directories/long/deep/er/two')?.expiration).toBeDefined();
    expect([...dump.keys()].some((key) => key.includes(filled.canaries[1]!))).toBe(true);
    expect((await lab.v3dump('etcd2')).size).toBe(0);
  });

  test('masters serve from v2, alike, and are seen to write', async () => {
    await lab.startMasters();
    expect(await healthz('master1')).toBe('ok');
    expect((await lab.api('master1', '/lab/storage')).body).toBe('etcd2');
    expect((await sum('master1')).permanent).toEqual((await sum('master2')).permanent);
    const lease = `/kubernetes.io/masterleases/${lab.host('master1').address}`;
    const indexOf = async (): Promise<number> => (await lab.v2dump()).get(lease)?.modifiedIndex ?? 0;
    const first = await indexOf();
    expect(first).toBeGreaterThan(0);
    // Each 10 s it writes its lease anew.
    for (let tries = 0; (await indexOf()) <= first; tries += 1) {
      if (tries > 200) throw new Error(`the lease of master1 stays at index ${first}`);
      await sleep(200);
    }
  });

  test('the observer counts what is started on a host, and only that', async () => {
    const observer = await lab.observer();
    ssh('etcd2', 'for i in 1 2 3 4 5 6 7 8 9 10; do sh -c "sleep 0.02" observed-$i; done');
    execFileSync('/bin/true', ['observed-outside']);
    await observer.settle();
    expect(observer.count('etcd2', /^sh -c sleep 0\.02 observed-\d+$/)).toBe(10);
    expect(observer.count('*', /observed/)).toBe(11); // and the shell that was told to
    expect(observer.count('etcd1', /observed/)).toBe(0);
    // What starts in another lab and is gone before its host is known is `?`, here too.
    const ours = observer.unread().filter(({ host, argv }) => host !== '?' || argv.includes('observed'));
    expect(ours).toEqual([]);
    await observer.stop();
    expect(observer.count('*', /observed/)).toBe(11);
    expect(readFileSync(observer.file, 'utf8')).toContain('observed-10');
  });

  test('the probe sees a master stop and come back', async () => {
    const probe = await lab.probe();
    await sleep(500);
    await lab.exec('master1', ['systemctl', 'stop', 'origin-master-api']);
    await sleep(1000);
    await lab.exec('master1', ['systemctl', 'start', 'origin-master-api']);
    await sleep(500);
    const { perMaster, any, all } = await probe.stop();
    expect(perMaster['master1']).toHaveLength(1);
    expect(any[0]?.seconds).toBeGreaterThan(1);
    expect(any[0]?.seconds).toBeLessThan(5);
    expect(all).toEqual([]);
  });

  test('a host that crashes is gone at once and comes back with its data', async () => {
    await lab.crash('etcd1');
    expect(lab.running().map((host) => host.name)).not.toContain('etcd1');
    await lab.boot('etcd1');
    await waitUntil('etcd1 is back', async () => (await healthOf('etcd1')) === 'true', { timeoutMs: 30_000 });
    expect((await lab.v2dump()).size).toBeGreaterThan(1800);
  });

  test('a reboot from inside is a reboot', async () => {
    await lab.reboot('etcd2');
    expect(ssh('etcd2', 'hostname')).toBe('etcd2.lab\n');
    await waitUntil('etcd2 is back', async () => (await healthOf('etcd2')) === 'true', { timeoutMs: 30_000 });
  });

  test('a host whose cable is pulled hangs until it is healed; exec still gets in', async () => {
    await lab.cut('etcd3');
    expect(await healthOf('etcd3')).toBe('no answer');
    expect((await lab.exec('etcd3', ['hostname'])).stdout).toBe('etcd3.lab\n');
    await lab.heal('etcd3');
    await waitUntil('etcd3 is back', async () => (await healthOf('etcd3')) === 'true', { timeoutMs: 30_000 });
  });

  test('two hosts can be cut from each other alone', async () => {
    const reaches = async (from: string, to: string) =>
      (
        await lab.exec(from, ['timeout', '1', 'bash', '-c', `: < /dev/tcp/${lab.host(to).address}/22`], {
          allowFailure: true,
        })
      ).exit === 0;
    await lab.cutBetween('etcd1', 'etcd2');
    expect([await reaches('etcd1', 'etcd2'), await reaches('etcd1', 'etcd3')]).toEqual([false, true]);
    await lab.heal('etcd1');
    expect(await reaches('etcd1', 'etcd2')).toBe(true);
  });

  test('what was saved comes back', async () => {
    await waitUntil('masters serve', async () => (await healthz('master1')) === 'ok', { timeoutMs: 30_000 });
    const saved = (await sum('master1')).permanent;
    await lab.save('filled');
    await waitUntil('masters serve', async () => (await healthz('master1')) === 'ok', { timeoutMs: 60_000 });
    await lab.api('master1', '/lab/put?key=/openshift.io/after-the-save&value=x');
    await lab.exec('etcd1', ['touch', '/etc/etcd/after-the-save']);
    await lab.load('filled');
    await waitUntil('masters serve', async () => (await healthz('master2')) === 'ok', { timeoutMs: 60_000 });
    expect((await sum('master2')).permanent).toEqual(saved);
    expect(
      (await lab.exec('etcd1', ['test', '-e', '/etc/etcd/after-the-save'], { allowFailure: true })).exit,
    ).toBe(1);
  });

  test('with storage-backend etcd3 a master refuses a store without its cluster, then serves from it with leases', async () => {
    const api = 'origin-master-api';
    await lab.exec('master1', ['systemctl', 'stop', api, 'origin-master-controllers']);
    const edit = 's|^  apiServerArguments: $|  apiServerArguments:\\n    storage-backend:\\n    - etcd3|';
    await lab.exec('master1', ['sed', '-i', edit, '/etc/origin/master/master-config.yaml']);
    await lab.exec('master1', ['systemctl', 'start', '--no-block', api]);
    const journal = async () => (await lab.exec('master1', ['journalctl', '-u', api, '--no-pager'])).stdout;
    await waitUntil('it refuses', async () => (await journal()).includes('default is not in etcd3'), {
      timeoutMs: 30_000,
    });
    await lab.exec('etcd1', [
      'env',
      'ETCDCTL_API=3',
      ...etcdctl('etcd1'),
      'put',
      '/kubernetes.io/namespaces/default',
      'x',
    ]);
    await waitUntil('it serves', async () => (await healthz('master1')) === 'ok', { timeoutMs: 40_000 });
    const probe = await lab.api('master1', '/lab/probe');
    expect(probe).toEqual({ status: 200, body: 'ok' });
    const v3 = await lab.v3dump('etcd1');
    expect([...v3.keys()].sort()).toEqual([
      `/kubernetes.io/masterleases/${lab.host('master1').address}`,
      '/kubernetes.io/namespaces/default',
      '/openshift.io/lab-probe/master1.lab',
    ]);
    expect(v3.get(`/kubernetes.io/masterleases/${lab.host('master1').address}`)?.secondsLeft).toBeGreaterThan(
      3,
    );
  });

  test('a master with a broken configuration ends and is started again, and again', async () => {
    await lab.exec('master2', [
      'sed',
      '-i',
      's/^etcdClientInfo:/etcdClientInfo: [/',
      '/etc/origin/master/master-config.yaml',
    ]);
    await lab.exec('master2', ['systemctl', 'restart', '--no-block', 'origin-master-api']);
    const restarts = async () =>
      Number(
        (
          await lab.exec('master2', ['systemctl', 'show', 'origin-master-api', '-p', 'NRestarts'])
        ).stdout.split('=')[1],
      );
    await waitUntil('it was started again', async () => (await restarts()) >= 1, { timeoutMs: 30_000 });
  });

  test('after down everything is as it was before', async () => {
    const observer = await lab.observer(path.join('/tmp', `${name}.ndjson`));
    await lab.down();
    expect(whatStands(name)).toBe(before);
    expect(() => observer.events()).toThrow('not watching');
    await labDown(name);
  });

  async function healthOf(host: string): Promise<string> {
    const url = `https://${lab.host(host).address}:2379/health`;
    const files = ['--cacert', 'etcd-ca.crt', '--cert', 'lab.client.crt', '--key', 'lab.client.key'].map(
      (one) => (one.startsWith('--') ? one : path.join(lab.dir, 'pki', one)),
    );
    try {
      const args = [...lab.enter.slice(1), 'curl', '-sS', '-m', '2', ...files, url];
      const file = lab.enter[0] ?? 'nsenter';
      return (JSON.parse(execFileSync(file, args, { encoding: 'utf8', stdio: 'pipe' })) as { health: string })
        .health;
    } catch {
      return 'no answer';
    }
  }

  function etcdctl(host: string): string[] {
    const tls = [
      '--cacert',
      '/etc/etcd/ca.crt',
      '--cert',
      '/etc/etcd/peer.crt',
      '--key',
      '/etc/etcd/peer.key',
    ];
    return ['etcdctl', '--endpoints', `https://${lab.host(host).address}:2379`, ...tls];
  }
});
