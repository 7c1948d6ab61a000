import { compareWithBefore, labAvailable, labDown, labForget, labUp, type Lab } from '@pawl/lab';
import { journalOf, leftOnHosts, onlyRun, sh } from '../../../test/lab/lab-hosts';
import { pictureOf, type Picture } from '../../../test/lab/picture';
import { onCall, pausedFor } from './helpers/bad-days';
import { standsAs } from './helpers/stands-as';

jest.setTimeout(10 * 60_000);

const NAME = 'bad-ghosts';
const GHOSTS = 44;
const story = labAvailable().ok ? describe : describe.skip;

/**
 * A leader that dies with writes which no other member has heard of: they are in its log, uncommitted. Its data is what is
 * migrated, so they count into the index up to which the new store takes every write for one that it has seen.
 */
story('a leader that died with uncommitted writes', () => {
  let lab: Lab;
  let before: Picture;
  let run: string;
  const { resume, rollback, ...pawl } = onCall(() => lab);

  beforeAll(async () => {
    // OKD's own election time-out: so long a leader without followers goes on taking writes into its log.
    lab = await labUp({ name: NAME, etcd: 3, masters: 1 }, { replace: true });
    await lab.fill({ keys: 200, valueBytes: 128 });
    await lab.startMasters();
    before = await pictureOf(lab);
    await lab.save('filled');
  });

  afterAll(async () => {
    await labDown(NAME);
    labForget(NAME, 'filled');
  });

  const tls = '--cacert /etc/etcd/ca.crt --cert /etc/etcd/peer.crt --key /etc/etcd/peer.key';
  const url = (): string => `https://${lab.host('etcd1').address}:2379`;

  /** etcd1 leads when Pawl has read v2 for the last time; then the others hear nothing more, and etcd1 is written to, and killed. */
  async function dieWith(write: (n: string) => string): Promise<void> {
    await lab.load('filled');
    await lab.startMasters();
    await sh(
      lab,
      'etcd1',
      `until curl -s ${tls} ${url()}/v2/stats/self | grep -q '"leader":"[0-9a-f]'; do sleep 0.2; done
all=$(ETCDCTL_API=3 etcdctl --endpoints ${url()} ${tls} member list | sed -n 's#.*\\(https://[0-9.]*:2379\\).*#\\1#p' | paste -sd,)
me=$(ETCDCTL_API=3 etcdctl --endpoints ${url()} ${tls} member list | sed -n 's#^\\([0-9a-f]*\\),.*etcd1.lab.*#\\1#p')
ETCDCTL_API=3 etcdctl --endpoints "$all" ${tls} move-leader "$me" || true`,
    );
    await pawl.runKilledAt('stop-etcd/stop-followers@etcd2/intent:before-commit');
    run = await onlyRun(lab);
    const followers = ['etcd2', 'etcd3'];
    const onFollowers = (script: string): Promise<unknown> =>
      Promise.all(followers.map((host) => sh(lab, host, script)));
    await onFollowers(
      `mkdir -p /run/systemd/system/etcd.service.d; printf '[Service]\\nRestart=no\\n' >/run/systemd/system/etcd.service.d/once.conf
systemctl daemon-reload; systemctl kill -s KILL etcd`,
    );
    await sh(
      lab,
      'etcd1',
      `for n in $(seq ${GHOSTS}); do curl -s --max-time 1 ${tls} ${write('$n')} >/dev/null & done; wait
systemctl kill -s KILL etcd`,
    );
    await onFollowers('rm -r /run/systemd/system/etcd.service.d; systemctl daemon-reload');
  }

  const triesOf = async (phase: string): Promise<number> =>
    Number(
      /tries (\d+)/.exec(
        await sh(lab, 'etcd1', `cat /var/lib/pawl/runs/${run}/jobs/*.${phase}.write-canary.*/stdout`),
      )?.[1],
    );

  test('that changed nothing: the canary waits until the store takes writes, and the run ends', async () => {
    await dieWith((n) => `-X DELETE ${url()}/v2/keys/no-such-key-${n}`);
    expect(await resume()).toMatchObject({ exit: 0, outcome: 'completed' });
    // Healthy all the while: only the canary knew.
    expect(await triesOf('re-form')).toBeGreaterThan(1);
    expect(await triesOf('scale-up')).toBe(1);
    const { wrong } = await compareWithBefore(lab, before.v2);
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(await leftOnHosts(lab)).toEqual([]);
  });

  test('that made keys: they are in v3 and in no manifest, so no master is started on it, and the way back keeps them', async () => {
    await dieWith((n) => `-X PUT ${url()}/v2/keys/ghost-${n} -d value=x`);
    const told = await resume();
    expect(told).toEqual(
      pausedFor(run, {
        ...{ at: 'verify-v3/compare', code: 'E_V3_DIFFERS' },
        message: /^v3 does not hold what v2 held: \d+ differences in \d+ keys$/,
        hint: /^Nothing is lost: the originals are untouched\. Go back to v2/,
      }),
    );
    await standsAs(lab, { masters: 'down', etcd: { etcd1: 'v3', etcd2: 'down', etcd3: 'down' } });
    expect(await triesOf('re-form')).toBeGreaterThan(1);
    expect(await rollback()).toMatchObject({ exit: 0, outcome: 'rolled-back' });
    const now = await lab.v2dump();
    for (const [key, { value, expiration }] of before.v2)
      if (expiration === undefined) expect([key, now.get(key)?.value]).toEqual([key, value]);
    // Committed when the originals came up together: as without any migration.
    const compared = (await journalOf(lab, run)).findLast(({ data }) => data.step === 'v2-equal/compare')
      ?.data.facts;
    expect(compared?.['writtenCount']).toBe([...now.keys()].filter((key) => key.includes('ghost-')).length);
    expect(await leftOnHosts(lab)).toEqual([]);
  });
});
