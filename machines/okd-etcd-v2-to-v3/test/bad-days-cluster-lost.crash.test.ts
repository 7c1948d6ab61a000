import { labAvailable, labDown, labForget, labUp, type Lab } from '@pawl/lab';
import { leftOnHosts, sh } from '../../../test/lab/lab-hosts';
import { pictureOf, type Picture } from '../../../test/lab/picture';
import { typeByHand } from './helpers/by-hand';
import { changedButInodes, forcedOn, onCall, pausedFor, type Why } from './helpers/bad-days';
import { standsAs, type Stands } from './helpers/stands-as';

jest.setTimeout(10 * 60_000);

const NAME = 'bad-lost';
const story = labAvailable().ok ? describe : describe.skip;
const TLS = '--cacert /etc/etcd/ca.crt --cert /etc/etcd/peer.crt --key /etc/etcd/peer.key';
const WHY = ['--reason', 'its mainboard is gone'];

/** The second member has joined; the third is one by name only. */
const ADDED: Stands = { masters: 'down', etcd: { etcd1: 'v3', etcd2: 'v3', etcd3: 'down' } };

const outOfReach = (host: string, at: string): Why => ({
  ...{ at, code: 'E_UNREACHABLE', message: new RegExp(`^${host} \\(`) },
  hint: /^`ssh .*` must work from here; then go on\./,
});

/** docs/failures.md, "The cluster": an etcd host that never comes back, before, during and after scale-up. */
story('an etcd host lost for good', () => {
  let lab: Lab;
  let before: Picture;
  let run: string;
  const { resume, rollback, resumeKilledAt, ...pawl } = onCall(() => lab);

  beforeAll(async () => {
    lab = await labUp({ name: NAME, etcd: 3, masters: 1, etcdElectionMs: 500 }, { replace: true });
    await lab.fill({ keys: 200, valueBytes: 128 });
    await lab.startMasters();
    before = await pictureOf(lab);
    ({ run } = await pawl.runTo('set-aside'));
    // A step on all hosts that comes to its end on two of them. The next boot takes this away.
    await sh(
      lab,
      'etcd3',
      'mount --bind /var/lib/etcd /var/lib/etcd; mount -o remount,bind,ro /var/lib/etcd',
    );
    expect(await resume()).toMatchObject({ at: 'set-aside/originals', code: 'E_DISK_READ_ONLY' });
    await lab.save('set-aside');
    await pawl.resumeTo('scale-up');
    await lab.save('scale-up');
    await resumeKilledAt('scale-up/start-3@etcd3/intent:before-commit');
    await lab.save('added');
    await pawl.resumeTo('start-masters');
    await lab.save('start-masters');
  });

  afterAll(async () => {
    await labDown(NAME);
    for (const save of ['set-aside', 'scale-up', 'added', 'start-masters']) labForget(NAME, save);
  });

  /**
   * All that is not as it was is that host. It is off as far as anybody hears, as it must stay: what it runs is another history of
   * this cluster. Then its data is put back by hand, as its README says, and it is one of the members again.
   */
  async function backWithout(host: string, left = 'it is not held.*Keep it off'): Promise<void> {
    const back = await rollback('--host-dead', host, ...WHY);
    expect(back).toMatchObject({ exit: 0, outcome: 'rolled-back' });
    expect(back.conclusion.at(-1)).toMatch(new RegExp(`^${host} is left as it is.*${left}`));
    await sh(lab, host, 'systemctl stop etcd');
    const changed = await changedButInodes(lab, before);
    expect(changed.filter((line) => !new RegExp(`^[-+*] ${host}: `).test(line))).toEqual([]);
    expect(changed).toContain(`+ ${host}: a fence`);
    expect((await leftOnHosts(lab)).filter((line) => !line.startsWith(`${host}: `))).toEqual([]);
    expect(await forcedOn(lab, host)).toBe('');
    await lab.heal(host);
    await typeByHand(lab, await sh(lab, host, 'cat /var/lib/pawl/README'), [host]);
    const members = lab.hosts.filter(({ role }) => role === 'etcd');
    for (const { name, address } of members)
      await sh(
        lab,
        name,
        `until curl -s --max-time 2 ${TLS} https://${address}:2379/health | grep -q true; do sleep 0.3; done`,
      );
    expect(await changedButInodes(lab, before)).toEqual([]);
  }

  test('the migration host, before scale-up: two originals are a quorum, and hold all of v2', async () => {
    await lab.load('scale-up');
    await lab.cut('etcd1');
    const told = await resume();
    expect(told).toEqual(pausedFor(run, outOfReach('etcd1', 'scale-up/configure-2')));
    const stands: Stands = { masters: 'down', etcd: { etcd1: 'v3', etcd2: 'down', etcd3: 'down' } };
    await standsAs(lab, stands);
    const back = await rollback();
    expect(back).toMatchObject({ exit: 4, code: 'E_UNREACHABLE', next: `pawl rollback ${run}` });
    expect(back.hint).toContain('--host-dead NAME --reason WHY');
    await standsAs(lab, stands);
    await backWithout('etcd1');
  });

  test('in the middle of a step on all hosts, before anything is migrated: two originals were set aside, its own stands where it was', async () => {
    await lab.load('set-aside');
    await lab.cut('etcd3');
    expect(await resume()).toEqual(pausedFor(run, outOfReach('etcd3', 'set-aside/originals')));
    await standsAs(lab, { masters: 'down', etcd: 'down' });
    const aside = lab.hosts.map(({ name }) =>
      sh(lab, name, `ls -d /var/lib/etcd/pawl-${run}/original || true`),
    );
    expect((await Promise.all(aside)).map((said) => said !== '')).toEqual([true, true, false, false]);
    await backWithout('etcd3', 'fenced, and what the run had stopped there is held\\.$');
  });

  test('a joiner, between its add and its start', async () => {
    await lab.load('added');
    await lab.cut('etcd3');
    expect(await resume()).toEqual(pausedFor(run, outOfReach('etcd3', 'scale-up/start-3')));
    await standsAs(lab, ADDED);
    await backWithout('etcd3');
  });

  test('two of three: refused, with what to do; one is brought back, and all is back', async () => {
    await lab.load('added');
    await lab.cut('etcd2');
    await lab.cut('etcd3');
    const told = await rollback('--host-dead', 'etcd2', '--host-dead', 'etcd3', ...WHY);
    expect(told).toMatchObject({ exit: 3, code: 'E_NO_QUORUM' });
    expect(told.message).toMatch(/^without etcd2, etcd3 1 of 3 original members are left, and 2 are needed/);
    expect(told.hint).toMatch(/Bring one of them back.*pawl rollback --from/);
    await standsAs(lab, ADDED);
    await lab.heal('etcd2');
    await backWithout('etcd3');
  });

  test('a member after scale-up: no master is started before it is back, or was left behind', async () => {
    await lab.load('start-masters');
    await lab.cut('etcd3');
    expect(await resume()).toEqual(pausedFor(run, outOfReach('etcd3', 'start-masters/write-canary')));
    await standsAs(lab, { masters: 'down', etcd: 'v3' });
    await lab.heal('etcd3');
    expect(await resume()).toMatchObject({ exit: 0, outcome: 'completed' });
    expect(await leftOnHosts(lab)).toEqual([]);
  });

  test('a member after scale-up, and taken back past it', async () => {
    await lab.load('start-masters');
    await lab.cut('etcd2');
    await backWithout('etcd2');
  });
});
