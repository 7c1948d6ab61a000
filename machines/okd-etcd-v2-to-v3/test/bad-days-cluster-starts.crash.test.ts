import {
  compareWithBefore,
  labAvailable,
  labDown,
  labForget,
  labUp,
  type Lab,
  type V2Entry,
} from '@pawl/lab';
import { leftOnHosts, sh } from '../../../test/lab/lab-hosts';
import { pictureOf, type Picture } from '../../../test/lab/picture';
import { changedButInodes, forcedOn, onCall, pausedFor, type Why } from './helpers/bad-days';
import { standsAs, type Stands } from './helpers/stands-as';

jest.setTimeout(10 * 60_000);

const NAME = 'bad-starts';
const story = labAvailable().ok ? describe : describe.skip;

/** A process that has the port before etcd does. */
const SQUAT =
  "systemd-run -q --unit=squatter perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(LocalPort => 2380, Listen => 1, ReuseAddr => 1) or die; sleep 3600'";

const GARBAGE: Why = {
  ...{ at: 're-form/start-forced', code: 'E_NOT_FORMED' },
  message: /etcd1.*given it up.*invalid value "garbage" for ETCD_LISTEN_CLIENT_URLS/,
  hint: /Mend what its log says.*resume.*Don’t start it by hand/,
};
const PORT_TAKEN: Why = {
  ...{ at: 'scale-up/start-2', code: 'E_JOIN' },
  message: /etcd2.*address already in use/,
  hint: /may have no quorum until it runs.*never added twice/,
};
const OUT_OF_REACH: Why = {
  ...{ at: 'scale-up/start-2', code: 'E_UNREACHABLE' },
  message: /^etcd2 \(/,
  hint: /^`ssh .*` must work from here; then go on\./,
};

/** docs/failures.md, "The cluster": members that do not start, joiners that die or never catch up. */
story('members that do not come up', () => {
  let lab: Lab;
  let before: Picture;
  let v2: ReadonlyMap<string, V2Entry>;
  let run: string;
  const { resume, rollback, resumeKilledAt, ...pawl } = onCall(() => lab);

  beforeAll(async () => {
    lab = await labUp({ name: NAME, etcd: 3, masters: 1, etcdElectionMs: 500 }, { replace: true });
    await lab.fill({ keys: 200, valueBytes: 128 });
    await lab.startMasters();
    before = await pictureOf(lab);
    v2 = before.v2;
    ({ run } = await pawl.runTo('re-form'));
    await lab.save('re-form');
    await pawl.resumeTo('scale-up');
    await lab.save('scale-up');
  });

  afterAll(async () => {
    await labDown(NAME);
    for (const save of ['re-form', 'scale-up']) labForget(NAME, save);
  });

  async function completes(): Promise<void> {
    expect(await resume()).toMatchObject({ exit: 0, outcome: 'completed' });
    const { wrong, equal } = await compareWithBefore(lab, v2);
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(equal).toBeGreaterThan(100);
    expect(await leftOnHosts(lab)).toEqual([]);
  }

  async function goesBack(...more: readonly string[]): Promise<void> {
    expect(await rollback(...more)).toMatchObject({ exit: 0, outcome: 'rolled-back' });
    expect(await changedButInodes(lab, before)).toEqual([]);
  }

  /** From here to its start a cluster of one has no quorum: a lab in this state can't be saved. */
  async function added(): Promise<void> {
    await lab.load('scale-up');
    await resumeKilledAt('scale-up/start-2@etcd2/intent:before-commit');
  }

  const mastersDown = (etcd: Stands['etcd']): Promise<void> => standsAs(lab, { masters: 'down', etcd });

  test('a line by hand in etcd.conf, at the forced start: mended and resumed, it ends', async () => {
    await lab.load('re-form');
    await sh(
      lab,
      'etcd1',
      'cp -a /etc/etcd/etcd.conf /root/; echo ETCD_LISTEN_CLIENT_URLS=garbage >>/etc/etcd/etcd.conf',
    );
    const told = await resume();
    expect(told).toEqual(pausedFor(run, GARBAGE));
    await mastersDown({ etcd1: 'forced', etcd2: 'down', etcd3: 'down' });
    // The one place, gone with a reboot; and nothing runs by it.
    expect(await forcedOn(lab, 'etcd1')).toBe('/run/pawl/force-new-cluster.env\n');
    await sh(lab, 'etcd1', 'mv /root/etcd.conf /etc/etcd/etcd.conf');
    await completes();
  });

  test('the same, taken back instead', async () => {
    await lab.load('re-form');
    await sh(
      lab,
      'etcd1',
      'cp -a /etc/etcd/etcd.conf /root/; echo ETCD_LISTEN_CLIENT_URLS=garbage >>/etc/etcd/etcd.conf',
    );
    expect(await resume()).toEqual(pausedFor(run, GARBAGE));
    const back = await rollback();
    // The line was somebody else's, so it stays, and keeps the original down, too.
    expect(back).toEqual(
      pausedFor(run, {
        ...{ at: 'etcd-back/release-and-start', code: 'E_MEMBER_UNHEALTHY' },
        message: /etcd1.*garbage/,
        hint: /originals are in their place.*Mend what its log says.*resume/,
      }),
    );
    expect(await forcedOn(lab, 'etcd1')).toBe('');
    await mastersDown({ etcd1: 'released', etcd2: 'v2', etcd3: 'v2' });
    await sh(lab, 'etcd1', 'mv /root/etcd.conf /etc/etcd/etcd.conf');
    await goesBack();
  });

  test('a data file of the wrong owner, at the clean start: nothing of the forcing is left while it is mended', async () => {
    await lab.load('re-form');
    await resumeKilledAt('re-form/start-clean@etcd1/intent:before-commit');
    await sh(lab, 'etcd1', 'chown root: /var/lib/etcd/member/snap/db');
    const told = await resume();
    expect(told).toEqual(
      pausedFor(run, {
        ...{ at: 're-form/start-clean', code: 'E_NOT_FORMED' },
        message: /etcd1.*member\/snap\/db.*permission denied/,
        hint: /Mend what its log says.*resume.*without any forcing/,
      }),
    );
    expect(await forcedOn(lab, 'etcd1')).toBe('');
    await mastersDown({ etcd1: 'released', etcd2: 'down', etcd3: 'down' });
    await sh(lab, 'etcd1', 'chown etcd: /var/lib/etcd/member/snap/db');
    await completes();
  });

  test('a taken port, at a join: no quorum; with the port free, it ends', async () => {
    await lab.load('scale-up');
    await sh(lab, 'etcd2', SQUAT);
    const told = await resume();
    expect(told).toEqual(pausedFor(run, PORT_TAKEN));
    await mastersDown({ etcd1: 'v3', etcd2: 'released', etcd3: 'down' });
    await sh(lab, 'etcd2', 'systemctl stop squatter');
    await completes();
  });

  test('the same, taken back without a quorum', async () => {
    await lab.load('scale-up');
    await sh(lab, 'etcd2', SQUAT);
    expect(await resume()).toEqual(pausedFor(run, PORT_TAKEN));
    await sh(lab, 'etcd2', 'systemctl stop squatter');
    await goesBack();
  });

  test('an original of the wrong owner, on the way back: mended and resumed, it is back', async () => {
    await lab.load('scale-up');
    await sh(lab, 'etcd2', `chown root: /var/lib/etcd/pawl-${run}/original/member/snap/db`);
    const told = await rollback();
    expect(told).toEqual(
      pausedFor(run, {
        ...{ at: 'etcd-back/release-and-start', code: 'E_MEMBER_UNHEALTHY' },
        message: /etcd2.*member\/snap\/db.*permission denied/,
        hint: /originals are in their place.*resume/,
      }),
    );
    await mastersDown({ etcd1: 'v2', etcd2: 'released', etcd3: 'v2' });
    await sh(lab, 'etcd2', 'chown etcd: /var/lib/etcd/member/snap/db');
    expect(await resume()).toMatchObject({ exit: 0, outcome: 'rolled-back' });
    expect(await changedButInodes(lab, before)).toEqual([]);
  });

  test('a joiner that dies between its add and its start: booted and resumed, it joins, and is added once', async () => {
    await added();
    await lab.crash('etcd2');
    const told = await resume();
    expect(told).toEqual(pausedFor(run, OUT_OF_REACH));
    await mastersDown({ etcd1: 'v3', etcd3: 'down' });
    await lab.boot('etcd2');
    expect(await sh(lab, 'etcd2', 'systemctl is-active etcd || true')).toBe('inactive\n');
    await completes();
  });

  test('the same, taken back without any quorum when it has come back', async () => {
    await added();
    await lab.crash('etcd2');
    const back = await rollback();
    // Nothing was begun, and what was asked for is what is to be said again.
    expect(back).toMatchObject({ exit: 4, outcome: 'paused', at: 'scale-up/start-2', code: 'E_UNREACHABLE' });
    expect(back.next).toBe(`pawl rollback ${run}`);
    expect(back.message).toMatch(/^etcd2 \(/);
    expect(back.hint).toMatch(/pawl rollback .* --host-dead NAME --reason WHY/);
    await mastersDown({ etcd1: 'v3', etcd3: 'down' });
    await lab.boot('etcd2');
    await goesBack();
  });

  test('cut off from the others between its add and its start: healed and resumed, it joins', async () => {
    await added();
    await lab.cutBetween('etcd1', 'etcd2');
    const told = await resume();
    expect(told).toEqual(
      pausedFor(run, { ...PORT_TAKEN, message: /etcd2 does not become a healthy member: .*its log: ./ }),
    );
    await mastersDown({ etcd1: 'v3', etcd2: 'released', etcd3: 'down' });
    await lab.heal('etcd2');
    await completes();
  });

  test('the first joiner, cut off when it has joined: no other is added; healed and resumed, it ends', async () => {
    await added();
    await resumeKilledAt('scale-up/caught-up-2@etcd2/intent:before-commit');
    await lab.cutBetween('etcd1', 'etcd2');
    const told = await resume();
    expect(told).toEqual(
      pausedFor(run, {
        ...{ at: 'scale-up/add-3', code: 'E_MEMBER_ADD' },
        message: /^etcd1: the cluster does not take etcd3 as a member: ./,
        hint: /majority of its members hear each other.*not added again/,
      }),
    );
    await mastersDown({ etcd1: 'v3', etcd2: 'v3', etcd3: 'down' });
    await lab.heal('etcd2');
    await completes();
  });

  test('a joiner that never catches up, cut off from the others that go on: healed and resumed, it ends', async () => {
    await lab.load('scale-up');
    await resumeKilledAt('scale-up/caught-up-3@etcd3/intent:before-commit');
    for (const other of ['etcd1', 'etcd2']) await lab.cutBetween(other, 'etcd3');
    const url = `https://${lab.host('etcd1').address}:2379`;
    const etcdctl = `ETCDCTL_API=3 etcdctl --endpoints ${url} --cacert /etc/etcd/ca.crt --cert /etc/etcd/peer.crt --key /etc/etcd/peer.key`;
    await sh(lab, 'etcd1', `until ${etcdctl} put by-hand x; do sleep 0.5; done; ${etcdctl} del by-hand`);
    const told = await resume();
    expect(told).toEqual(
      pausedFor(run, {
        ...{ at: 'scale-up/caught-up-3', code: 'E_NOT_CAUGHT_UP' },
        message: /^etcd3 is at revision \d+ with \d+ keys, etcd1 at \d+$/,
        hint: /cut off from the others.*mend that and resume.*go back to v2/,
      }),
    );
    await mastersDown('v3');
    await lab.heal('etcd3');
    await completes();
  });
});
