import { type Hosts, openHosts, sh } from '../../src';
import { endProcess, type Sshd, startSshd } from '../ssh/sshd';
import { until } from '../until';
import { type PrivateHost, privateHost } from './private-host';
import { describeOnHost, effect, type TestRun, testRun, waitFor } from './test-run';

describeOnHost('a job over a real SSH connection', () => {
  let host: PrivateHost;
  let sshd: Sshd;
  let hosts: Hosts;
  let run: TestRun;

  beforeAll(async () => {
    host = await privateHost();
    const there = `nsenter -t ${host.keeper} -m -- /bin/sh -c "$SSH_ORIGINAL_COMMAND"`;
    sshd = await startSshd({ config: [`ForceCommand ${there}`] });
  });
  beforeEach(async () => {
    hosts = openHosts({ entries: [sshd.entry], knownHosts: [sshd.knownHosts] });
    run = await testRun(host, { hosts, name: sshd.entry.name });
  });
  afterEach(async () => {
    await hosts.close();
    host.crash();
  });
  afterAll(async () => {
    await sshd.remove();
    await host.close();
  });

  test('begins, ends, is answered for', async () => {
    expect(await run.change('0001', { script: sh`cat`, stdin: 'through\n' })).toEqual({
      exit: 0,
      stdout: 'through\n',
      stderr: '',
      reattached: false,
    });
  });

  test('goes on when the connection is cut in the middle of it, and is found with its result: one start', async () => {
    const going = run.change('0001', { script: sh.lines(effect, waitFor('/var/lib/go'), sh`echo whole`) });
    await until('the effect', () => run.effects() === 1);
    for (const connection of sshd.connections()) endProcess(connection);
    expect(run.exists(run.job('0001', 'exited'))).toBe(false);
    run.touch('/var/lib/go');
    expect(await going).toEqual({ exit: 0, stdout: 'whole\n', stderr: '', reattached: false });
    expect(run.effects()).toBe(1);
    expect(run.boundaries).toEqual(['host:before', 'host:during', 'host:after']);
  });

  test('goes on while the server is down, and ends while nobody looks', async () => {
    const going = run.change('0001', { script: sh.lines(effect, waitFor('/var/lib/go'), sh`echo whole`) });
    await until('the effect', () => run.effects() === 1);
    await sshd.stop();
    run.touch('/var/lib/go');
    await until('its end', () => run.exists(run.job('0001', 'exited')));
    await sshd.start();
    expect(await going).toMatchObject({ exit: 0, stdout: 'whole\n' });
    expect(run.effects()).toBe(1);
  });

  test('two controllers, one job: one start, one result for both', async () => {
    const other = openHosts({ entries: [sshd.entry], knownHosts: [sshd.knownHosts] });
    try {
      const change = { what: 'an effect', script: sh.lines(effect, sh`sleep 0.1; echo whole`) };
      const [mine, theirs] = await Promise.all([
        run.change('0001', change),
        other.guarded(sshd.entry.name, run.identity('0001'), () => undefined).change(change),
      ]);
      expect([mine.stdout, theirs.stdout]).toEqual(['whole\n', 'whole\n']);
      expect([mine.reattached, theirs.reattached].toSorted()).toEqual([false, true]);
      expect(run.effects()).toBe(1);
    } finally {
      await other.close();
    }
  });

  test('closing the hosts lets go at once; the job goes on', async () => {
    const going = run.change('0001', { script: sh.lines(effect, waitFor('/var/lib/go'), effect) });
    const letGo = expect(going).rejects.toMatchObject({ code: 'E_UNREACHABLE' });
    await until('the effect', () => run.effects() === 1);
    await hosts.close();
    await letGo;
    run.touch('/var/lib/go');
    await until('its end', () => run.exists(run.job('0001', 'exited')));
    expect(run.effects()).toBe(2);
  });
});
