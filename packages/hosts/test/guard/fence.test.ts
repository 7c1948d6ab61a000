import { readClosedRuns } from '../../src';
import { until } from '../until';
import { describeOnHost, effect, onHost, shells, waitFor } from './test-run';

describeOnHost.each(shells)('the fence, under %s', (shell) => {
  const on = onHost(shell);

  test('says whose the host is', async () => {
    const { hosts, name, fence } = on.test;
    expect(await hosts.fence(name)).toEqual(fence());
  });

  test('planted again by its own claim: nothing changes', async () => {
    const { hosts, name, fence } = on.test;
    expect(await hosts.plantFence(name, fence(), [])).toBe('already');
  });

  test('another run is refused, and told whose the host is', async () => {
    const { hosts, name, fence, run } = on.test;
    await expect(hosts.plantFence(name, fence('c1', 'other'), ['c1'])).rejects.toMatchObject({
      code: 'E_FENCED',
      facts: { fence: { run, owner: 'anna@controller', database: '/home/anna/my state/pawl.db' } },
    });
    expect(await hosts.fence(name)).toEqual(fence());
  });

  test('a new claim is let in if the fence carries one of the earlier ones', async () => {
    const { hosts, name, fence } = on.test;
    await expect(hosts.plantFence(name, fence('c3'), ['c2'])).rejects.toMatchObject({ code: 'E_FENCED' });
    expect(await hosts.plantFence(name, fence('c3'), ['c0', 'c1', 'c2'])).toBe('renewed');
    await expect(hosts.plantFence(name, fence('c1'), [])).rejects.toMatchObject({ code: 'E_FENCED' });
    expect(await hosts.fence(name)).toEqual(fence('c3'));
  });

  test('a part of a claim is no claim', async () => {
    const { hosts, name, fence } = on.test;
    await expect(hosts.plantFence(name, fence('c2'), ['c', '1', 'c11'])).rejects.toMatchObject({
      code: 'E_FENCED',
    });
  });

  test('withdrawn as if it had never been', async () => {
    const { hosts, name, run, host } = on.test;
    await hosts.withdrawFence(name, run, 'c1');
    expect(await hosts.fence(name)).toBeUndefined();
    expect(host.sh('ls /var/lib/pawl /var/lib/pawl/runs')).toBe(
      '/var/lib/pawl:\nhost\nruns\n\n/var/lib/pawl/runs:\n',
    );
    await hosts.withdrawFence(name, run, 'c1');
  });

  test('not withdrawn by another claim, nor once a job was made', async () => {
    const { hosts, name, run, change } = on.test;
    await expect(hosts.withdrawFence(name, run, 'c2')).rejects.toMatchObject({ code: 'E_FENCED' });
    await change('0001', {});
    await expect(hosts.withdrawFence(name, run, 'c1')).rejects.toMatchObject({ code: 'E_FENCE_USED' });
    expect(await hosts.fence(name)).toMatchObject({ run });
  });

  test('closed, it leaves a record, and the host is free for another run', async () => {
    const { hosts, name, run, fence, host } = on.test;
    expect(await hosts.closeFence(name, run, 'c1', 'completed')).toBe('closed');
    expect(await hosts.closeFence(name, run, 'c1', 'completed')).toBe('already');
    expect(await hosts.fence(name)).toBeUndefined();
    expect(host.sh(`cat /var/lib/pawl/runs/${run}/closed`)).toMatch(
      /^outcome completed\nclaim c1\nowner anna@controller\nat 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ\n$/,
    );
    expect(await hosts.plantFence(name, fence('c1', 'next'), [])).toBe('planted');
    expect(await hosts.closeFence(name, run, 'c1', 'completed')).toBe('already');
  });

  test('a closed run plants anew for its rollback; a claim that its record does not know cannot', async () => {
    const { hosts, name, run, fence, host } = on.test;
    await hosts.closeFence(name, run, 'c1', 'completed');
    await expect(hosts.plantFence(name, fence('c9'), ['c8'])).rejects.toMatchObject({
      code: 'E_FENCED',
      message: expect.stringMatching(/has ended \(completed, by anna@controller/) as unknown,
      facts: { claim: 'c1' },
    });
    expect(await hosts.plantFence(name, fence('c2'), ['c1'])).toBe('planted');
    expect(await hosts.closeFence(name, run, 'c2', 'rolled-back')).toBe('closed');
    expect(host.sh(`grep outcome /var/lib/pawl/runs/${run}/closed`)).toBe(
      'outcome completed\noutcome rolled-back\n',
    );
    await expect(hosts.plantFence(name, fence('c1'), [])).rejects.toMatchObject({ code: 'E_FENCED' });
  });

  test('not closed by another claim, nor while a job runs', async () => {
    const { hosts, name, run, change, touch } = on.test;
    await expect(hosts.closeFence(name, run, 'c2', 'completed')).rejects.toMatchObject({ code: 'E_FENCED' });
    const going = change('0001', { script: waitFor('/var/lib/go') });
    await until('the job to run', async () => (await hosts.jobs(name, run))[0]?.state === 'running');
    await expect(hosts.closeFence(name, run, 'c1', 'completed')).rejects.toMatchObject({
      code: 'E_JOB_RUNNING',
      facts: { job: '0001' },
    });
    touch('/var/lib/go');
    await going;
    expect(await hosts.closeFence(name, run, 'c1', 'completed')).toBe('closed');
  });

  test('opened by name, under the claim that was read from it: a record says by whom and why, and nobody plants for the run again', async () => {
    const { hosts, name, run, fence, host } = on.test;
    const opening = { run, claim: 'c1', by: 'eve@desk', reason: 'the controller’s disk "died"; $(id)' };
    expect(await hosts.openFence(name, opening)).toBe('opened');
    expect(await hosts.openFence(name, opening)).toBe('already');
    expect(await hosts.fence(name)).toBeUndefined();
    expect(await readClosedRuns(hosts.reading(name))).toMatchObject([
      { outcome: 'abandoned', claim: 'c1', owner: 'anna@controller', by: 'eve@desk', reason: opening.reason },
    ]);
    for (const claim of ['c1', 'c2'])
      await expect(hosts.plantFence(name, fence(claim), ['c1'])).rejects.toMatchObject({
        code: 'E_FENCED',
        message: expect.stringMatching(/given up at 20.* by eve@desk: the controller’s disk/) as unknown,
      });
    expect(host.sh('ls /var/lib/pawl/runs')).toBe(`${run}\n`);
    expect(await hosts.plantFence(name, fence('c1', 'next'), [])).toBe('planted');
  });

  test('not opened under a claim that was renewed meanwhile, nor for another run, nor while a job runs', async () => {
    const { hosts, name, run, fence, change, touch } = on.test;
    const opening = { run, claim: 'c1', by: 'eve@desk', reason: 'gone' };
    await expect(hosts.openFence(name, { ...opening, run: 'other' })).rejects.toMatchObject({
      code: 'E_FENCED',
      facts: { fence: { run } },
    });
    const going = change('0001', { script: waitFor('/var/lib/go') });
    await until('the job to run', async () => (await hosts.jobs(name, run))[0]?.state === 'running');
    await expect(hosts.openFence(name, opening)).rejects.toMatchObject({
      code: 'E_JOB_RUNNING',
      facts: { job: '0001' },
    });
    touch('/var/lib/go');
    await going;
    await hosts.plantFence(name, fence('c2'), ['c1']);
    await expect(hosts.openFence(name, opening)).rejects.toMatchObject({ code: 'E_FENCED' });
    expect(await hosts.fence(name)).toEqual(fence('c2'));
    expect(await hosts.openFence(name, { ...opening, claim: 'c2' })).toBe('opened');
  });

  test('opened by name also where the guard and all records of the run were removed', async () => {
    const { hosts, name, run, host } = on.test;
    host.sh('rm -rf /var/lib/pawl/host /var/lib/pawl/runs');
    expect(await hosts.openFence(name, { run, claim: 'c1', by: 'eve@desk', reason: 'gone' })).toBe('opened');
    expect(await readClosedRuns(hosts.reading(name))).toMatchObject([{ run, outcome: 'abandoned' }]);
  });

  test('a fence that was removed is missed by closing and by the next job', async () => {
    const { hosts, name, run, host, change, effects } = on.test;
    host.sh('rm /var/lib/pawl/fence');
    await expect(hosts.closeFence(name, run, 'c1', 'completed')).rejects.toMatchObject({
      code: 'E_FENCE_MISSING',
    });
    await expect(change('0001', { script: effect })).rejects.toMatchObject({ code: 'E_FENCE_MISSING' });
    expect(effects()).toBe(0);
  });

  test('a fence that cannot be read is not taken for none', async () => {
    const { hosts, name, host, fence } = on.test;
    host.sh('echo nonsense >/var/lib/pawl/fence');
    await expect(hosts.fence(name)).rejects.toMatchObject({ code: 'E_FENCE_UNREADABLE' });
    await expect(hosts.plantFence(name, fence(), [])).rejects.toMatchObject({ code: 'E_GUARD' });
  });

  test('a guard that was changed is not run, and is replaced by planting', async () => {
    const { hosts, name, host, change, fence, effects } = on.test;
    host.sh('for guard in /var/lib/pawl/host/guard-*; do echo "# changed" >>"$guard"; done');
    await expect(change('0001', {})).rejects.toMatchObject({ code: 'E_FENCE_MISSING' });
    expect(effects()).toBe(0);
    expect(await hosts.plantFence(name, fence(), [])).toBe('already');
    await change('0001', {});
    expect(effects()).toBe(1);
  });

  test('the README for a way back by hand needs the fence', async () => {
    const { hosts, name, identity, host } = on.test;
    await hosts.writeReadme(name, identity('0001'), 'How to get back:\n');
    expect(host.sh('cat /var/lib/pawl/README; stat -c "%a %U" /var/lib/pawl /var/lib/pawl/README')).toBe(
      'How to get back:\n700 root\n600 root\n',
    );
    await expect(hosts.writeReadme(name, identity('0001', 'c2'), '')).rejects.toMatchObject({
      code: 'E_FENCED',
    });
  });

  test('looking leaves nothing behind on a host without Pawl', async () => {
    const { hosts, name, run, host } = on.test;
    host.sh('rm -rf /var/lib/pawl /run/pawl');
    expect(await hosts.fence(name)).toBeUndefined();
    expect(await hosts.jobs(name, run)).toEqual([]);
    expect(host.sh('ls -A /var/lib /run')).not.toContain('pawl');
  });
});
