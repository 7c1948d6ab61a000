import { labAvailable, labDown, labUp, type Lab } from '@pawl/lab';
import { typeByHand } from './helpers/by-hand';
import { controller, type Said } from './helpers/controller';
import { journalOf, sh } from '../../../test/lab/lab-hosts';
import { stateOf } from '../../../test/lab/nothing-changed';
import { changedSince, pictureOf, type Picture } from '../../../test/lab/picture';

jest.setTimeout(10 * 60_000);

const TLS = '--cacert /etc/etcd/ca.crt --cert /etc/etcd/peer.crt --key /etc/etcd/peer.key';
const story = labAvailable().ok ? describe : describe.skip;

story('a host that can’t be reached', () => {
  const name = 'okd-back-dead';
  let lab: Lab;
  let before: Picture;
  let paused: Said;
  const { pawl, run, rollback } = controller(() => lab);
  const DEAD = ['--host-dead', 'etcd3', '--reason', 'its disk is gone'];

  beforeAll(async () => {
    lab = await labUp({ name, etcd: 3, masters: 1 }, { replace: true });
    await lab.fill({ keys: 300, valueBytes: 256 });
    await lab.startMasters();
    before = await pictureOf(lab);
    paused = await run('--pause-before', 'verify-v3');
    await lab.cut('etcd3');
  });

  afterAll(async () => labDown(name));

  test('stops the way back before anything is done', async () => {
    const back = await rollback(paused.run);
    expect([back.exit, back.outcome, back.reason?.code]).toEqual([4, 'paused', 'E_UNREACHABLE']);
    expect(await sh(lab, 'etcd2', 'systemctl is-active etcd || true')).toBe('inactive\n');
    expect(await sh(lab, 'master1', 'systemctl is-active origin-master-api || true')).toBe('inactive\n');
  });

  test('is not left behind where the originals that are left are no quorum', async () => {
    const state = await stateOf(lab);
    const back = await rollback(paused.run, ...DEAD, '--host-dead', 'etcd2');
    expect([back.exit, back.error?.code]).toEqual([3, 'E_NO_QUORUM']);
    expect(await stateOf(lab)).toEqual(state);
    const rows = await journalOf(lab, paused.run);
    expect(rows.filter(({ kind }) => kind === 'rollback')).toEqual([]);
  });

  test('is left behind by name and with a reason, fenced and held', async () => {
    const back = await rollback(paused.run, ...DEAD);
    expect([back.exit, back.outcome]).toEqual([0, 'rolled-back']);
    expect(back.conclusion?.at(-1)).toMatch(
      /^etcd3 is left as it is.*fenced, and what the run had stopped there is held/,
    );
    await lab.heal('etcd3');
    // All that is not as it was is that host: and nothing of it was touched.
    const changed = await changedSince(lab, before);
    expect(changed.filter((line) => !/^[-+*] etcd3: /.test(line))).toEqual([]);
    expect(changed).toContain('+ etcd3: a fence');
    expect(await sh(lab, 'etcd3', 'systemctl start etcd 2>&1 || systemctl is-active etcd || true')).toMatch(
      /Assertion failed.*\ninactive\n$/s,
    );
    expect(await sh(lab, 'etcd3', `ls -d /var/lib/etcd/pawl-${paused.run}/original/member`)).not.toBe('');
    const answer = await pawl(['rollback', paused.run]);
    expect([answer.exit, answer.outcome]).toEqual([0, 'already-rolled-back']);
  });

  test('and comes back by hand, as its README says', async () => {
    await typeByHand(lab, await sh(lab, 'etcd3', 'cat /var/lib/pawl/README'), ['etcd3']);
    const url = `https://${lab.host('etcd1').address}:2379`;
    const health = `ETCDCTL_API=3 etcdctl --endpoints ${url} ${TLS} endpoint health --cluster 2>&1`;
    await sh(lab, 'etcd1', `until [ "$(${health} | grep -c 'is healthy')" = 3 ]; do sleep 0.5; done`);
    expect(await changedSince(lab, before)).toEqual([]);
  });
});
