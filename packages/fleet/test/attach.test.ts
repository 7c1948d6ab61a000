import { HostError, type Fence } from '@pawl/hosts';
import { aFleet, aSession } from './a-session';
import { fakeHosts } from './fake-hosts';

const run = 'okd-20261124-1';
const fence: Fence = {
  run,
  claim: 'c1',
  owner: 'anna@controller',
  database: '/old/pawl.db',
  since: '2026-11-24T09:00:00Z',
  phase: 'prepare',
};

test('a new run asks no host', async () => {
  const hosts = fakeHosts(['e1', 'e2']);
  expect(await aFleet(hosts).attach(aSession())).toEqual([]);
  expect(hosts.calls).toEqual([]);
});

describe('a run that was begun before, and knows no fence of its own', () => {
  const begun = aSession({ claim: 'c2', earlier: ['c1'] });

  test('looks at all its hosts, and passes over those that cannot be asked', async () => {
    const hosts = fakeHosts(['e1', 'e2', 'm1']);
    const theirs = { ...fence, run: 'another', claim: 'x' };
    hosts.fences.set('m1', theirs);
    hosts.failures.set('fence e1', new HostError('E_UNREACHABLE', 'e1 is down'));
    hosts.failures.set('fence e2', new HostError('E_SUDO', 'sudo asks for a password'));
    expect(await aFleet(hosts).attach(begun)).toEqual([]);
    expect([...hosts.fences]).toEqual([['m1', theirs]]);
  });

  test('carries its claim to the fences that it had begun to plant', async () => {
    const hosts = fakeHosts(['e1', 'e2']);
    hosts.fences.set('e1', fence);
    expect(await aFleet(hosts).attach(begun)).toEqual([]);
    expect(hosts.fences.get('e1')).toMatchObject({ claim: 'c2' });
    expect(hosts.fences.has('e2')).toBe(false);
  });

  test('is a copy from before the fences where one stands under a claim that came later: refused', async () => {
    const hosts = fakeHosts(['e1', 'e2']);
    hosts.fences.set('e2', { ...fence, claim: 'c9' });
    await expect(aFleet(hosts).attach(begun)).rejects.toMatchObject({ code: 'E_FENCED' });
    hosts.fences.delete('e2');
    hosts.closed.set('e2', `run ${run}\noutcome completed\nclaim c9\nowner eve@desk\nat now\n`);
    await expect(aFleet(hosts).attach(begun)).rejects.toMatchObject({ code: 'E_FENCED' });
  });

  test('is one, too, where a host knows a job of it: in doubt, and the claim is carried nowhere', async () => {
    const hosts = fakeHosts(['e1', 'e2']);
    hosts.fences.set('e1', fence).set('e2', fence);
    hosts.marks.set('e2', [{ intent: '0031.stop-etcd.hold.e2.1', state: 'exited', exit: 0 }]);
    await expect(aFleet(hosts).attach(begun)).rejects.toMatchObject({
      name: 'InDoubt',
      code: 'E_JOBS_UNKNOWN',
      facts: { jobs: ['0031.stop-etcd.hold.e2.1 on e2'] },
    });
    expect([...hosts.fences.values()]).toEqual([fence, fence]);
  });

  test('concludes nothing from what cannot be read', async () => {
    const hosts = fakeHosts(['e1']);
    hosts.failures.set('fence e1', new HostError('E_FENCE_UNREADABLE', 'no such lines'));
    await expect(aFleet(hosts).attach(begun)).rejects.toMatchObject({ code: 'E_FENCE_UNREADABLE' });
  });
});

test('a resumed run carries its new claim to every host where it planted a fence, and lists its jobs', async () => {
  const hosts = fakeHosts(['e1', 'e2', 'm1']);
  hosts.fences.set('e1', fence).set('e2', { ...fence, claim: 'c2' });
  hosts.marks.set('e2', [{ intent: '0007', state: 'running', once: 'migrate' }]);
  const session = aSession({ claim: 'c3', earlier: ['c1', 'c2'], planted: ['e1', 'e2'] });
  expect(await aFleet(hosts).attach(session)).toEqual([{ target: 'e2', intent: '0007', state: 'running' }]);
  const renewed = {
    ...fence,
    claim: 'c3',
    phase: 'stop-etcd',
    database: '/var/lib/pawl/controller/pawl.db',
  };
  expect([...hosts.fences]).toEqual([
    ['e1', renewed],
    ['e2', renewed],
  ]);
});

test('a fence that ought to be there and is not: in doubt, and none is planted', async () => {
  const hosts = fakeHosts(['e1', 'e2']);
  hosts.fences.set('e1', fence);
  const session = aSession({ claim: 'c2', earlier: ['c1'], planted: ['e1', 'e2'] });
  await expect(aFleet(hosts).attach(session)).rejects.toMatchObject({
    name: 'InDoubt',
    code: 'E_FENCE_MISSING',
    facts: { host: 'e2' },
    choices: [{ name: 'ask-again' }],
    hint: expect.stringContaining(`\`pawl rollback ${run} --host-dead e2 --reason WHY\``) as unknown,
  });
  expect(hosts.fences.has('e2')).toBe(false);
  expect(await aFleet(hosts).attach({ ...session, dead: () => ['e2'] })).toEqual([]);
  expect(hosts.fences.get('e1')).toMatchObject({ claim: 'c2' });
});

test('the jobs of a host that ought to be there and are not: in doubt, and the claim is carried nowhere', async () => {
  const hosts = fakeHosts(['e1', 'e2']);
  hosts.fences.set('e1', fence).set('e2', fence);
  hosts.failures.set('jobs e2', new HostError('E_JOBS_GONE', 'the directory of its jobs is gone'));
  const session = aSession({ claim: 'c2', earlier: ['c1'], planted: ['e1', 'e2'] });
  await expect(aFleet(hosts).attach(session)).rejects.toMatchObject({
    name: 'InDoubt',
    code: 'E_JOBS_GONE',
    choices: [{ name: 'ask-again' }],
  });
  expect(hosts.fences.get('e1')).toEqual(fence);
});

test('killed while it closed its fences: the record on the host stands for the fact', async () => {
  const hosts = fakeHosts(['e1', 'e2']);
  hosts.closed.set('e1', `run ${run}\noutcome completed\nclaim c1\n`);
  hosts.fences.set('e2', fence);
  hosts.marks.set('e1', [{ intent: '0001', state: 'exited', exit: 0 }]);
  const session = aSession({ claim: 'c2', earlier: ['c1'], planted: ['e1', 'e2'] });
  expect(await aFleet(hosts).attach(session)).toEqual([{ target: 'e1', intent: '0001', state: 'exited' }]);
  expect(hosts.fences.has('e1')).toBe(false);
  expect(hosts.fences.get('e2')).toMatchObject({ claim: 'c2' });
});

test.each([
  ['completed', /rebuilt from its hosts.*pawl resume --from-hosts -i INVENTORY okd-20261124-1 --db ANOTHER/],
  ['rolled-back', /nothing to go on with.*pawl unfence -i INVENTORY okd-20261124-1 --reason WHY$/],
])(
  'ended (%s) under a claim that came later: the database was put back, and that is refused',
  async (outcome, hint) => {
    const hosts = fakeHosts(['e1']);
    hosts.closed.set(
      'e1',
      `run ${run}\noutcome ${outcome}\nclaim c9\nowner eve@desk\nat 2026-11-24T11:00:00Z\n`,
    );
    const session = aSession({ claim: 'c2', earlier: ['c1'], planted: ['e1'] });
    await expect(aFleet(hosts).attach(session)).rejects.toMatchObject({
      code: 'E_FENCED',
      message: expect.stringMatching(/has ended \([a-z-]+, by eve@desk, 2026-.* does not know/) as unknown,
      hint: expect.stringMatching(hint) as unknown,
    });
  },
);

test('a run that was given up by name does not go on, whichever claim it knows', async () => {
  const hosts = fakeHosts(['e1', 'e2']);
  hosts.fences.set('e1', fence);
  hosts.closed.set(
    'e2',
    `run ${run}\noutcome abandoned\nclaim c1\nat now\nby eve@desk\nreason its disk died\n`,
  );
  const session = aSession({ claim: 'c2', earlier: ['c1'], planted: ['e1', 'e2'] });
  await expect(aFleet(hosts).attach(session)).rejects.toMatchObject({
    code: 'E_FENCED',
    message: expect.stringContaining('given up at now by eve@desk: its disk died') as unknown,
  });
});

test('where the run has closed its fence none is missed; one of another run refuses the session, and is left alone', async () => {
  const hosts = fakeHosts(['e1', 'e2']);
  const session = aSession({ claim: 'c2', earlier: ['c1'], planted: ['e1', 'e2'], closed: ['e1', 'e2'] });
  expect(await aFleet(hosts).attach(session)).toEqual([]);
  const theirs = { ...fence, run: 'another', claim: 'x' };
  hosts.fences.set('e2', theirs);
  await expect(aFleet(hosts).attach(session)).rejects.toMatchObject({ code: 'E_FENCED' });
  expect([...hosts.fences]).toEqual([['e2', theirs]]);
});

test('planted anew after it was closed, for a rollback: the claim is carried there again', async () => {
  const hosts = fakeHosts(['e1']);
  hosts.fences.set('e1', fence);
  await aFleet(hosts).attach(aSession({ claim: 'c2', earlier: ['c1'], planted: ['e1'], closed: ['e1'] }));
  expect(hosts.fences.get('e1')).toMatchObject({ claim: 'c2' });
});

test('a claim that the fence does not know is refused, and weighs more than a host that cannot be reached', async () => {
  const hosts = fakeHosts(['e1', 'e2']);
  hosts.failures.set('fence e1', new HostError('E_UNREACHABLE', 'e1 is down'));
  hosts.fences.set('e2', { ...fence, claim: 'c9' });
  const session = aSession({ claim: 'c2', earlier: ['c1'], planted: ['e1', 'e2'] });
  await expect(aFleet(hosts).attach(session)).rejects.toMatchObject({ code: 'E_FENCED' });
  hosts.fences.delete('e2');
  await expect(aFleet(hosts).attach(session)).rejects.toMatchObject({ code: 'E_FENCE_MISSING' });
  hosts.fences.set('e2', fence);
  await expect(aFleet(hosts).attach(session)).rejects.toMatchObject({ code: 'E_UNREACHABLE' });
});

test('a job that the journal does not know: the claim is carried nowhere, so that the newer database goes on as before', async () => {
  const hosts = fakeHosts(['e1', 'e2']);
  hosts.fences.set('e1', fence).set('e2', fence);
  hosts.marks.set('e2', [{ intent: '0059', state: 'exited', exit: 0 }]);
  const session = aSession({ claim: 'c2', earlier: ['c1'], planted: ['e1', 'e2'], unknown: ['0059'] });
  expect(await aFleet(hosts).attach(session)).toEqual([{ target: 'e2', intent: '0059', state: 'exited' }]);
  expect([...hosts.fences.values()]).toEqual([fence, fence]);
});

test('refused on one host, the claim is carried to none', async () => {
  const hosts = fakeHosts(['e1', 'e2']);
  hosts.fences.set('e1', fence).set('e2', { ...fence, claim: 'c9', owner: 'eve@desk' });
  const session = aSession({ claim: 'c2', earlier: ['c1'], planted: ['e1', 'e2'] });
  await expect(aFleet(hosts).attach(session)).rejects.toMatchObject({
    code: 'E_FENCED',
    message: expect.stringMatching(
      /under a claim that is not known here: it was taken over \(eve@desk/,
    ) as unknown,
  });
  expect(hosts.fences.get('e1')).toEqual(fence);
});

test('let go, it closes the connections', async () => {
  const hosts = fakeHosts(['e1']);
  await aFleet(hosts).detach(aSession());
  expect(hosts.calls).toEqual(['close']);
});
