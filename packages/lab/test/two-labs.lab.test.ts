import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { labAttach, labAvailable, labDown, labUp, type Lab } from '../src';
import { compiled } from '../src/bound-programs';
import { whatStands } from './left-behind';

jest.setTimeout(15 * 60_000);

const available = labAvailable();
const story = available.ok ? describe : describe.skip;
const names = ['side-a', 'side-b'];

story('two labs side by side', () => {
  let before: string[];
  let labs: Lab[];

  beforeAll(async () => {
    for (const name of names) await labDown(name);
    before = names.map(whatStands);
    // Between them they have every way in which a lab may differ from the ordinary one.
    labs = await Promise.all([
      labUp({
        name: 'side-a',
        etcd: 1,
        masters: 1,
        colocated: true,
        etcdUser: 'root',
        masterUnits: 'single',
        loginUser: 'root',
      }),
      labUp({
        ...{
          name: 'side-b',
          etcd: 1,
          masters: 1,
          masterUnits: 'atomic-openshift',
          apiServerArguments: 'other',
        },
        ...{
          walDir: '/var/lib/etcd-wal/wal',
          dataDir: '/data/etcd/',
          etcdSnapshotCount: 50,
          etcdDiskMiB: 200,
        },
      }),
    ]);
  });

  afterAll(async () => {
    for (const name of names) await labDown(name);
  });

  test('both stand, with hosts of the same names, in networks of their own', () => {
    const [a, b] = labs;
    expect(a?.running().map((host) => host.name)).toEqual(['master1']);
    expect(b?.running().map((host) => host.name)).toEqual(['etcd1', 'master1']);
    expect(a?.host('master1').address).not.toBe(b?.host('master1').address);
  });

  test('each serves its own data', async () => {
    for (const [n, lab] of labs.entries()) {
      await lab.fill({ keys: 300, valueBytes: 100, seed: n });
      await lab.startMasters();
    }
    const sums = await Promise.all(labs.map(async (lab) => (await lab.api('master1', '/lab/sum')).body));
    expect(sums[0]).not.toBe(sums[1]);
  });

  test('the options are seen on the hosts', async () => {
    const [a, b] = labs;
    const show = async (lab: Lab | undefined, host: string, ...argv: string[]) =>
      (await lab?.exec(host, argv))?.stdout;
    expect(await show(a, 'master1', 'systemctl', 'show', 'etcd', '-p', 'User')).toBe('User=root\n');
    expect(await show(a, 'master1', 'systemctl', 'is-active', 'origin-master')).toBe('active\n');
    expect(await show(b, 'master1', 'systemctl', 'is-active', 'atomic-openshift-master-api')).toBe(
      'active\n',
    );
    expect(
      await show(b, 'etcd1', 'sh', '-c', 'ls /data/etcd/member; ls /var/lib/etcd-wal/wal | grep 0000'),
    ).toMatch(/^snap\n0000.*\.wal\n$/);
    expect(await show(b, 'etcd1', 'sh', '-c', 'ls /data/etcd/member/snap')).toContain('.snap');
    expect(await show(b, 'etcd1', 'df', '--output=target', '/data/etcd')).toContain('/data/etcd');
  });

  test('what happens in one is not seen in the other', async () => {
    const [a, b] = labs;
    const [inA, inB] = await Promise.all([a?.observer(), b?.observer()]);
    const [file = '', ...args] = a?.ssh('master1', ['sh -c "sleep 0.5; :" only-in-a']) ?? [];
    await once(spawn(file, args, { stdio: 'ignore' }), 'exit');
    await Promise.all([inA?.settle(), inB?.settle()]);
    expect(inA?.count('master1', /^sh -c sleep 0\.5; : only-in-a$/)).toBe(1);
    expect(inB?.count('*', /only-in-a/)).toBe(0);
    await Promise.all([inA?.stop(), inB?.stop()]);
  });

  test('a standing lab is not replaced by accident, and one that is taken away leaves the other alone', async () => {
    await expect(labUp({ name: 'side-a', etcd: 1, masters: 0 })).rejects.toThrow('lab side-a is up');
    await labs[0]?.down();
    expect(whatStands('side-a')).toContain('"state": []');
    expect((await labs[1]?.api('master1', '/healthz/ready'))?.body).toBe('ok');
    await expect(labAttach('side-a')).rejects.toThrow('there is no lab side-a');
  });

  test('what an "up" that was killed left behind is removed by the next', async () => {
    const child = spawn(process.execPath, [
      compiled('bin.js'),
      'up',
      '--name',
      'side-a',
      '--etcd',
      '1',
      '--masters',
      '1',
    ]);
    await sleep(1500);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const again = await labUp({ name: 'side-a', etcd: 1, masters: 1 });
    expect(again.running()).toHaveLength(2);
    await again.down();
    await labs[1]?.down();
    expect(names.map(whatStands)).toEqual(before);
  });
});
