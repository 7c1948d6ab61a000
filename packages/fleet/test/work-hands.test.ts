import { statSync } from 'node:fs';
import { HostError, sh, type Fence } from '@pawl/hosts';
import { aFleet, anIntent, aSession } from './a-session';
import { fakeHosts, type FakeHosts } from './fake-hosts';

const change = { what: 'nothing', script: sh`true` };

function working(hosts: FakeHosts, target = 'e1', names: string[] = []) {
  const session = aSession({ claim: 'c2', earlier: ['c1'], faultPoint: (name) => void names.push(name) });
  return aFleet(hosts).working(session, anIntent(target), `okd/stop-etcd/hold@${target}`);
}

test('an intent becomes a job of the same name, with all that a run can be rebuilt from', async () => {
  const hosts = fakeHosts(['e1']);
  const names: string[] = [];
  await working(hosts, 'e1', names).host.change(change);
  expect(hosts.changes).toMatchObject([{ host: 'e1', change }]);
  expect(hosts.changes[0]?.identity).toEqual({
    run: 'okd-20261124-1',
    claim: 'c2',
    phase: 'stop-etcd',
    intent: '0042.stop-etcd.hold.e1.1',
    intentJson:
      '{"choices":{"a":1,"b":2},"intent":{"attempt":1,"id":"0042.stop-etcd.hold.e1.1","phase":"stop-etcd",' +
      '"run":"okd-20261124-1","seq":42,"step":"hold","target":"e1"},"machineId":"okd-etcd-v2-to-v3","machineVersion":"1.0.0","standing":{"state":"as it is"}}',
  });
  expect(names).toEqual(['okd/stop-etcd/hold@e1/host:before', 'okd/stop-etcd/hold@e1/host:after']);
});

test('a step without a target has no host', () => {
  expect(() => working(fakeHosts(['e1']), '-').host).toThrow(
    expect.objectContaining({ code: 'E_NO_TARGET' }),
  );
});

test('each run has a folder of its own that nobody else can read', () => {
  const { runDir } = working(fakeHosts(['e1']));
  expect(runDir).toMatch(/\/okd-20261124-1$/);
  expect(statSync(runDir).mode & 0o777).toBe(0o700);
});

test.each(['E_FENCE_MISSING', 'E_ONE_SHOT_STARTED'] as const)('%s is for a person to judge', async (code) => {
  const hosts = fakeHosts(['e1']);
  hosts.answers.push(new HostError(code, 'what was seen', { where: 'e1: hold', facts: { job: '0001' } }));
  await expect(working(hosts).host.change(change)).rejects.toMatchObject({
    name: 'InDoubt',
    code,
    message: 'what was seen',
    where: 'e1: hold',
    facts: { job: '0001' },
    choices: [{ name: 'ask-again' }],
  });
});

test('every other error comes through as it is', async () => {
  const hosts = fakeHosts(['e1']);
  const lost = new HostError('E_JOB_LOST', 'the host went down');
  hosts.answers.push(lost);
  await expect(working(hosts).host.change(change)).rejects.toBe(lost);
});

describe('fences', () => {
  const theirs: Fence = {
    run: 'another',
    claim: 'x',
    owner: 'bob@elsewhere',
    database: '/pawl.db',
    since: '2026-11-24T09:00:00Z',
    phase: 'migrate',
  };

  test('are planted one after the other, then the READMEs are written', async () => {
    const hosts = fakeHosts(['e1', 'e2']);
    const names: string[] = [];
    await working(hosts, '-', names).fences.plant(['e1', 'e2'], (host) => `for-${host}`);
    expect(hosts.calls).toEqual([
      ...['jobs e1', 'jobs e2'],
      ...['plant e1', 'plant e2', 'readme for-e1 e1', 'readme for-e2 e2'],
    ]);
    expect(hosts.fences.get('e2')).toEqual({
      run: 'okd-20261124-1',
      claim: 'c2',
      owner: 'anna@controller',
      database: '/var/lib/pawl/controller/pawl.db',
      since: '2026-11-24T10:00:00.000Z',
      phase: 'stop-etcd',
    });
    expect(names.map((name) => name.split('/').at(-1))).toEqual(['host:before', 'host:during', 'host:after']);
  });

  test('jobs of its name before its first fence are another life’s: in doubt, and nothing is planted', async () => {
    const hosts = fakeHosts(['e1', 'e2']);
    hosts.marks.set('e2', [{ intent: '0031.migrate.run-migrate.e2.1', state: 'exited', exit: 0 }]);
    await expect(working(hosts, '-').fences.plant(['e1', 'e2'], () => '')).rejects.toMatchObject({
      name: 'InDoubt',
      code: 'E_JOBS_UNKNOWN',
      facts: { jobs: ['0031.migrate.run-migrate.e2.1 on e2'] },
    });
    expect(hosts.fences.size).toBe(0);
  });

  test('planted anew for a way back, its own jobs are no surprise', async () => {
    const hosts = fakeHosts(['e1']);
    hosts.marks.set('e1', [{ intent: '0031.x.y.e1.1', state: 'exited', exit: 0 }]);
    const session = aSession({ planted: ['e1'] });
    await aFleet(hosts)
      .working(session, anIntent('-'), 'okd/x/y@-')
      .fences.plant(['e1'], () => '');
    expect(hosts.fences.has('e1')).toBe(true);
  });

  test('a host that refuses stops it, and those planted are withdrawn, the last one first', async () => {
    const hosts = fakeHosts(['e1', 'e2', 'e3', 'e4']);
    hosts.fences.set('e3', theirs);
    const planting = working(hosts, '-').fences.plant(['e1', 'e2', 'e3', 'e4'], () => '');
    await expect(planting).rejects.toMatchObject({ code: 'E_FENCED', facts: { fence: { run: 'another' } } });
    expect(hosts.calls.filter((call) => !call.startsWith('jobs'))).toEqual([
      ...['plant e1', 'plant e2', 'plant e3', 'withdraw e2', 'withdraw e1'],
    ]);
    expect([...hosts.fences]).toEqual([['e3', theirs]]);
  });

  test('what cannot be taken back is told with the refusal', async () => {
    const hosts = fakeHosts(['e1', 'e2']);
    hosts.fences.set('e2', theirs);
    hosts.failures.set('withdraw e1', new HostError('E_UNREACHABLE', 'e1 is down'));
    await expect(working(hosts, '-').fences.plant(['e1', 'e2'], () => '')).rejects.toMatchObject({
      code: 'E_FENCED',
      message: expect.stringContaining('could not be taken back: e1: e1 is down'),
      facts: { left: ['e1: e1 is down'] },
    });
  });

  test('a run that had ended and planted anew is closed again where it has jobs, as it was before', async () => {
    const hosts = fakeHosts(['e1', 'e2']);
    hosts.closed.set('e1', 'run okd-20261124-1\noutcome completed\nclaim c1\n');
    hosts.fences.set('e2', theirs);
    hosts.failures.set('withdraw e1', new HostError('E_FENCE_USED', 'the run has made jobs there'));
    const session = aSession({ claim: 'c2', planted: ['e1', 'e2'], closed: ['e1', 'e2'] });
    const { fences } = aFleet(hosts).working(session, anIntent('-'), 'okd/x/y@-');
    await expect(fences.plant(['e1', 'e2'], () => '')).rejects.toMatchObject({ code: 'E_FENCED' });
    expect([...hosts.fences]).toEqual([['e2', theirs]]);
    expect(hosts.closed.get('e1')).toBe('run okd-20261124-1\noutcome completed\nclaim c2\n');
  });

  test('a host that cannot be reached withdraws nothing: planting goes on when it can', async () => {
    const hosts = fakeHosts(['e1', 'e2']);
    hosts.failures.set('plant e2', new HostError('E_UNREACHABLE', 'e2 is down'));
    await expect(working(hosts, '-').fences.plant(['e1', 'e2'], () => '')).rejects.toMatchObject({
      code: 'E_UNREACHABLE',
    });
    expect(hosts.fences.has('e1')).toBe(true);
  });

  test('killed before its first fence had a fact: only what stands is closed, under the claim of now', async () => {
    const hosts = fakeHosts(['e1', 'e2', 'e3']);
    hosts.fences.set('e1', { ...theirs, run: 'okd-20261124-1', claim: 'c1' });
    hosts.fences.set('e3', theirs);
    await working(hosts, '-').fences.close(['e1', 'e2', 'e3'], 'rolled-back');
    expect(hosts.closed).toEqual(new Map([['e1', 'run okd-20261124-1\noutcome rolled-back\nclaim c2\n']]));
    expect([...hosts.fences]).toEqual([['e3', theirs]]);
  });

  test('nor is anything closed where there are jobs of its name before its first fence', async () => {
    const hosts = fakeHosts(['e1', 'e2']);
    hosts.fences.set('e1', { ...theirs, run: 'okd-20261124-1', claim: 'c1' });
    hosts.marks.set('e2', [{ intent: '0031.migrate.run-migrate.e2.1', state: 'exited', exit: 0 }]);
    await expect(working(hosts, '-').fences.close(['e1', 'e2'], 'rolled-back')).rejects.toMatchObject({
      name: 'InDoubt',
      code: 'E_JOBS_UNKNOWN',
    });
    expect(hosts.closed.size).toBe(0);
  });

  test('killed before its first fence had a fact, and taken over since by a claim it does not know: refused', async () => {
    const hosts = fakeHosts(['e1']);
    hosts.fences.set('e1', { ...theirs, run: 'okd-20261124-1', claim: 'later' });
    const closing = working(hosts, '-').fences.close(['e1'], 'rolled-back');
    await expect(closing).rejects.toMatchObject({ code: 'E_FENCED' });
    expect(hosts.closed.size).toBe(0);
  });

  test('are closed with the outcome; one that is gone is for a person to judge', async () => {
    const hosts = fakeHosts(['e1', 'e2']);
    const session = aSession({ claim: 'c2', planted: ['e1', 'e2'] });
    const { fences } = aFleet(hosts).working(session, anIntent('-'), 'okd/x/y@-');
    await fences.plant(['e1', 'e2'], () => '');
    hosts.fences.delete('e2');
    await expect(fences.close(['e1', 'e2'], 'completed')).rejects.toMatchObject({
      name: 'InDoubt',
      code: 'E_FENCE_MISSING',
    });
    expect(hosts.closed.get('e1')).toContain('outcome completed');
  });
});
