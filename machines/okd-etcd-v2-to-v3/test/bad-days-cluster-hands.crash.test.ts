import { compareWithBefore, labAvailable, labDown, labForget, labUp, type Lab } from '@pawl/lab';
import { leftOnHosts, sh } from '../../../test/lab/lab-hosts';
import { pictureOf, type Picture } from '../../../test/lab/picture';
import { changedButInodes, forcedOn, onCall, pausedFor } from './helpers/bad-days';
import { standsAs, type Stands } from './helpers/stands-as';

jest.setTimeout(10 * 60_000);

const NAME = 'bad-hands';
const story = labAvailable().ok ? describe : describe.skip;
const PHASES = ['set-aside', 'migrate', 're-form', 'scale-up', 'start-masters'];

const down = (...hosts: readonly string[]): Readonly<Record<string, 'down'>> =>
  Object.fromEntries(hosts.map((host) => [host, 'down']));

/** docs/failures.md, "The cluster": somebody works on the hosts while a run rests, or between two of its steps. */
story('an operator’s hand in the middle', () => {
  let lab: Lab;
  let before: Picture;
  let run: string;
  const { resume, rollback, ...pawl } = onCall(() => lab);

  /** Saved before each phase in which something would be harmed. */
  beforeAll(async () => {
    lab = await labUp({ name: NAME, etcd: 3, masters: 1, etcdElectionMs: 500 }, { replace: true });
    await lab.fill({ keys: 200, valueBytes: 128 });
    await lab.startMasters();
    before = await pictureOf(lab);
    await lab.save('filled');
    await lab.startMasters();
    ({ run } = await pawl.runTo('stop-etcd'));
    for (const phase of PHASES) {
      await pawl.resumeTo(phase);
      await lab.save(phase);
    }
  });

  afterAll(async () => {
    await labDown(NAME);
    for (const save of ['filled', ...PHASES]) labForget(NAME, save);
  });

  /** A boot between the manifest and the stop counts as a write: what stands before the stop is made anew. */
  async function arriveAt(phase: string): Promise<void> {
    const saved = PHASES.includes(phase);
    await lab.load(saved ? phase : 'filled');
    if (saved) return;
    await lab.startMasters();
    await pawl.runTo(phase);
  }

  /** As one does who knows what a drop-in is, and not what it is for. */
  const startByHand = (host: string, unit: string): Promise<string> =>
    sh(
      lab,
      host,
      `rm /etc/systemd/system/${unit}.service.d/00-pawl-hold.conf; systemctl daemon-reload; systemctl start --no-block ${unit}
until [ "$(systemctl is-active ${unit})" != inactive ]; do sleep 0.1; done`,
    );

  async function completes(): Promise<void> {
    expect(await resume()).toMatchObject({ exit: 0, outcome: 'completed' });
    const { wrong, equal } = await compareWithBefore(lab, before.v2);
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(equal).toBeGreaterThan(100);
    expect(await leftOnHosts(lab)).toEqual([]);
  }

  /** What stands beside it is as the step before left it. */
  test.each<readonly [phase: string, at: string, host: string, unit: string, beside: Stands]>([
    ['stop-etcd', 'stop-etcd/read-again', 'master1', 'origin-master-api', { etcd: 'v2' }],
    ['set-aside', 'set-aside/originals', 'etcd2', 'etcd', { masters: 'down', etcd: down('etcd1', 'etcd3') }],
    ['migrate', 'migrate/run-migrate', 'etcd1', 'etcd', { masters: 'down', etcd: down('etcd2', 'etcd3') }],
    ['re-form', 're-form/start-forced', 'master1', 'origin-master-controllers', { etcd: 'down' }],
    [
      ...(['scale-up', 'scale-up/configure-2', 'etcd3', 'etcd'] as const),
      { masters: 'down', etcd: { etcd1: 'v3', etcd2: 'down' } },
    ],
    ['start-masters', 'start-masters/write-canary', 'master1', 'origin-master-api', { etcd: 'v3' }],
  ])(
    'before %s: %s is not begun beside %s’s %s, and the way back stops it',
    async (phase, at, host, unit, beside) => {
      await arriveAt(phase);
      await startByHand(host, unit);
      const told = await resume();
      expect(told).toEqual(
        pausedFor(run, {
          ...{ at, code: 'E_NOT_HELD' },
          message: new RegExp(
            `${host}: ${unit}.service is (?:\\w+/\\S+|stopped and not held): this run has stopped`,
          ),
          hint: new RegExp(`pawl rollback ${run}.*hold it again, then resume: on ${host} \`mkdir`),
        }),
      );
      await standsAs(lab, beside);
      for (const etcd of ['etcd1', 'etcd2', 'etcd3']) expect(await forcedOn(lab, etcd)).toBe('');
      expect(await rollback()).toMatchObject({ exit: 0, outcome: 'rolled-back' });
      expect(await changedButInodes(lab, before)).toEqual([]);
    },
  );

  test('etcd restarted between the manifest and its stop: it holds what it held, and the run ends', async () => {
    await arriveAt('stop-etcd');
    await sh(lab, 'etcd2', 'systemctl restart etcd');
    await completes();
  });

  test('held again by the command that is printed, and resumed, it ends', async () => {
    await lab.load('re-form');
    await startByHand('etcd2', 'etcd');
    const { hint } = await resume();
    const [, host = '', command = ''] = /on (\S+) `([^`]+)`/.exec(hint) ?? [];
    expect(host).toBe('etcd2');
    await sh(lab, host, command);
    // It came up in an empty directory, and has left one that is no member: that is for a person to move.
    const told = await resume();
    expect(told).toEqual(
      pausedFor(run, {
        ...{ at: 'scale-up/configure-2', code: 'E_DATA_DIR_NOT_EMPTY' },
        message: /^etcd2: \/var\/lib\/etcd\/member is there, and this host is no member/,
        hint: /move it out of the data directory, and resume/,
      }),
    );
    await standsAs(lab, { masters: 'down', etcd: { etcd1: 'v3', ...down('etcd2', 'etcd3') } });
    await sh(lab, 'etcd2', 'mv /var/lib/etcd/member /root/by-hand');
    await completes();
  });

  test('what is held does not start, and a restart of etcd on v3 harms nothing', async () => {
    await lab.load('scale-up');
    const start = (host: string, unit: string): Promise<string> =>
      sh(lab, host, `systemctl start ${unit} 2>&1 || systemctl is-active ${unit} || true`);
    expect(await start('master1', 'origin-master-api')).toMatch(/Assertion failed.*\ninactive\n$/s);
    expect(await start('etcd2', 'etcd')).toMatch(/Assertion failed.*\ninactive\n$/s);
    await sh(lab, 'etcd1', 'systemctl restart etcd');
    await completes();
  });
});
