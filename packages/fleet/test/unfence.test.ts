import { HostError, type Fence } from '@pawl/hosts';
import { fencesToOpen, findLostRun, hostFences, openFences } from '../src';
import { fakeHosts, type FakeHosts } from './fake-hosts';

const run = 'okd-20261124-1';
const note = { run, by: 'eve@desk', reason: 'its disk died' };
const fence: Fence = {
  run,
  claim: 'c1',
  owner: 'anna@controller',
  database: '/old/pawl.db',
  since: '2026-11-24T09:00:00Z',
  phase: 'prepare',
};

function threeHosts(): FakeHosts {
  const hosts = fakeHosts(['e1', 'e2', 'm1']);
  hosts.fences.set('e1', fence).set('e2', { ...fence, claim: 'c2' });
  return hosts;
}

const unfence = async (hosts: FakeHosts, dead: readonly string[] = []): Promise<readonly string[]> => {
  const fences = hostFences(hosts);
  return openFences(fences, fencesToOpen(await fences.look(run), { run, dead }), note);
};

test('every fence of the run is opened, under the claim that stands in it', async () => {
  const hosts = threeHosts();
  expect(await unfence(hosts)).toEqual(['e1', 'e2']);
  expect([...hosts.fences]).toEqual([]);
  expect(hosts.closed.get('e2')).toContain('claim c2\nby eve@desk\nreason its disk died\n');
});

test('one of another run is left alone', async () => {
  const hosts = threeHosts();
  const theirs = { ...fence, run: 'another' };
  hosts.fences.set('e1', theirs);
  expect(await unfence(hosts)).toEqual(['e2']);
  expect([...hosts.fences]).toEqual([['e1', theirs]]);
});

test('none while a job of the run still runs on any host, one without a fence included', async () => {
  const hosts = threeHosts();
  hosts.marks.set('m1', [{ intent: '0042.stop', state: 'running' }]);
  await expect(unfence(hosts)).rejects.toMatchObject({
    code: 'E_JOBS_RUNNING',
    message: expect.stringContaining('0042.stop on m1') as unknown,
  });
  expect([...hosts.fences.keys()]).toEqual(['e1', 'e2']);
});

test('a host that cannot be asked stops it, unless it is left behind by name', async () => {
  const hosts = threeHosts();
  hosts.failures.set('jobs e2', new HostError('E_UNREACHABLE', 'no route', { host: 'e2' }));
  await expect(unfence(hosts)).rejects.toMatchObject({
    code: 'E_UNREACHABLE',
    message: `e2 can't be asked whether a job of ${run} still runs there: no route`,
  });
  expect(hosts.calls.filter((call) => call.startsWith('open'))).toEqual([]);
  expect(await unfence(hosts, ['e2'])).toEqual(['e1']);
  expect([...hosts.fences.keys()]).toEqual(['e2']);
});

test('a fence whose jobs are gone is opened, too: it is the only way to be rid of it', async () => {
  const hosts = threeHosts();
  hosts.failures.set('jobs e2', new HostError('E_JOBS_GONE', 'the directory of its jobs is gone'));
  const fences = hostFences(hosts);
  expect(await fences.look(run)).toMatchObject([
    {},
    { fence: { run }, jobsGone: { code: 'E_JOBS_GONE' } },
    {},
  ]);
  await expect(findLostRun(fences, run)).rejects.toMatchObject({ code: 'E_JOBS_GONE' });
  expect(await unfence(hosts)).toEqual(['e1', 'e2']);
  expect([...hosts.fences]).toEqual([]);
});

test('taken over while it was opened: refused there, and told what was opened before', async () => {
  const hosts = threeHosts();
  const fences = hostFences(hosts);
  const toOpen = fencesToOpen(await fences.look(run), { run });
  hosts.fences.set('e2', { ...fence, claim: 'c3' });
  await expect(openFences(fences, toOpen, note)).rejects.toMatchObject({
    code: 'E_FENCED',
    message: expect.stringMatching(/opened before that, and given up: e1/) as unknown,
    facts: { opened: ['e1'] },
  });
  expect([...hosts.fences.keys()]).toEqual(['e2']);
});
