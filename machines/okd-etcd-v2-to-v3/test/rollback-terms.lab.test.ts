import { labAvailable, labDown, labUp, runPawl, startPawl, type Lab } from '@pawl/lab';
import { controller, type Said } from './helpers/controller';
import { PAWL_KILLED_AT } from '../../../test/lab/kill-pawl';
import { journalOf, MASTER_UNITS, sh } from '../../../test/lab/lab-hosts';
import { changedSince, pictureOf, type Picture } from '../../../test/lab/picture';
import { whenSaid } from '../../../test/lab/when-said';

jest.setTimeout(10 * 60_000);

const TLS = '--cacert /etc/etcd/ca.crt --cert /etc/etcd/peer.crt --key /etc/etcd/peer.key';
const story = labAvailable().ok ? describe : describe.skip;

story('one master, one etcd', () => {
  const name = 'okd-back-terms';
  let lab: Lab;
  let before: Picture;
  const { begin, pawl, run, rollback } = controller(() => lab);

  beforeAll(async () => {
    lab = await labUp({ name, etcd: 1, masters: 1, etcdElectionMs: 500 }, { replace: true });
    await lab.fill({ keys: 300, valueBytes: 256 });
    await lab.startMasters();
    before = await pictureOf(lab);
  });

  afterAll(async () => labDown(name));

  test('--on-failure rollback: a failure after the data was moved ends rolled back, by itself', async () => {
    const paused = await run('--on-failure', 'rollback', '--pause-before', 'verify-v3');
    // To be told to pause is no failure.
    expect([paused.exit, paused.phase]).toEqual([4, 'verify-v3']);
    const url = `https://${lab.host('etcd1').address}:2379`;
    await sh(lab, 'etcd1', `ETCDCTL_API=3 etcdctl --endpoints ${url} ${TLS} put /not/in/v2 x`);
    const ended = await pawl(['resume', paused.run]);
    expect([ended.exit, ended.outcome]).toEqual([6, 'rolled-back']);
    expect(await changedSince(lab, before)).toEqual([]);
    const [row, ...others] = (await journalOf(lab, paused.run)).filter(({ kind }) => kind === 'rollback');
    expect([row?.data, others]).toEqual([
      expect.objectContaining({ asked: false, reason: 'E_V3_DIFFERS' }),
      [],
    ]);
  });

  test('--max-outage: an outage that lasts longer pauses, or ends rolled back where that was chosen', async () => {
    const paused = await run('--max-outage', '1s');
    expect([paused.exit, paused.reason]).toEqual([4, expect.objectContaining({ code: 'E_MAX_OUTAGE' })]);
    const back = await rollback(paused.run);
    expect([back.exit, back.outcome]).toEqual([0, 'rolled-back']);
    const ended = await run('--max-outage', '1s', '--on-failure', 'rollback');
    expect([ended.exit, ended.outcome]).toEqual([6, 'rolled-back']);
    expect(await changedSince(lab, before)).toEqual([]);
  });

  test('asked for while a live process owns the run: that one pauses, and the way back goes on', async () => {
    let asked: Promise<Said> | undefined;
    const owner = startPawl(lab, [...begin(), '--no-input', '--events'], {
      onOutput: whenSaid([
        [
          /"phase":"back-up"/,
          () => {
            asked = rollback();
          },
        ],
      ]),
    });
    const { exit, stdout } = await owner.ended;
    const rests = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Said;
    expect([exit, rests.outcome, rests.reason?.code]).toEqual([4, 'paused', 'E_PAUSED']);
    const back = await asked;
    expect([back?.exit, back?.outcome, back?.run]).toEqual([0, 'rolled-back', rests.run]);
    expect(await changedSince(lab, before)).toEqual([]);
  });

  test('past the point of no return it is free where no master ever became active', async () => {
    const paused = await run('--pause-before', 'start-masters');
    const dropIns = MASTER_UNITS.map((unit) => `/etc/systemd/system/${unit}.service.d/by-hand.conf`);
    for (const file of dropIns)
      await sh(lab, 'master1', `printf '[Unit]\\nAssertPathExists=/no/such/path\\n' >${file}`);
    await sh(lab, 'master1', 'systemctl daemon-reload');
    const { signal } = await runPawl(lab, ['resume', paused.run, '--no-input'], {
      entry: PAWL_KILLED_AT,
      env: { PAWL_TEST_KILL_AT: 'okd-etcd-v2-to-v3/start-masters/release-and-start@master1/host:after' },
    });
    expect(signal).toBe('SIGKILL');
    await sh(lab, 'master1', `rm ${dropIns.join(' ')}; systemctl daemon-reload`);
    const back = await rollback(paused.run);
    expect([back.exit, back.outcome, back.reason]).toEqual([0, 'rolled-back', null]);
    expect(await changedSince(lab, before)).toEqual([]);
    const row = (await journalOf(lab, paused.run)).find(({ kind }) => kind === 'rollback');
    expect(row?.data['loss']).toMatchObject({
      free: true,
      facts: { masters: [{ host: 'master1', started: false }] },
    });
  });
});
