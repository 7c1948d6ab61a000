import {
  databaseOf,
  labAvailable,
  labDown,
  labUp,
  runPawl,
  startPawl,
  type Lab,
  type Observer,
  type PawlProcess,
  type PawlResult,
} from '@pawl/lab';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { sh } from '../../../test/lab/lab-hosts';
import { schemaFaults } from './helpers/schemas';
import { changing, stateOf, v3Revision } from '../../../test/lab/nothing-changed';
import { whenSaid } from '../../../test/lab/when-said';

jest.setTimeout(10 * 60_000);

const NAME = 'okd-refused';
const CONSENT = ['--accept-point-of-no-return', `api.${NAME}.lab`];
const story = labAvailable().ok ? describe : describe.skip;

/** What is refused is refused before anything is changed: counted by an observer of every program, and looked at file by file. */
story('refused, and nothing changed', () => {
  let lab: Lab;
  let observer: Observer;

  beforeAll(async () => {
    lab = await labUp({ name: NAME, etcd: 1, masters: 1, etcdElectionMs: 500 }, { replace: true });
    await lab.fill({ keys: 600, valueBytes: 256 });
    await lab.startMasters();
    observer = await lab.observer();
  });

  afterAll(async () => {
    await observer.stop();
    await labDown(NAME);
  });

  const elsewhere = (): string => path.join(lab.controllerDir, 'elsewhere', 'pawl.db');
  const run = (args: readonly string[], database = databaseOf(lab)): Promise<PawlResult> =>
    runPawl(lab, ['run', '-i', lab.inventoryPath, '--no-input', ...args], { database });

  async function refused(act: () => Promise<PawlResult>, exit: number, says: RegExp): Promise<void> {
    const before = await stateOf(lab);
    const since = Date.now();
    const result = await act();
    expect([result.exit, `${result.stdout}\n${result.stderr}`]).toEqual([exit, expect.stringMatching(says)]);
    expect(await changing(observer, since)).toEqual([]);
    expect(await stateOf(lab)).toEqual(before);
  }

  test.each([
    ['without consent', [], /E_NOT_CONSENTED/],
    ['with --yes alone', ['--yes'], /--yes alone does not pass/],
    ['with the name of another cluster', ['--accept-point-of-no-return', 'api.other.lab'], /E_WRONG_NAME/],
    ['with --yes and a wrong name', ['--yes', '--accept-point-of-no-return', NAME], /E_WRONG_NAME/],
  ])('%s', async (_, flags, says) => {
    await refused(() => run(flags), 3, says);
    expect(existsSync(databaseOf(lab))).toBe(false);
    expect(await v3Revision(lab, 'etcd1')).toBe('1');
    for (const { name } of lab.hosts)
      expect(await sh(lab, name, 'ls -d /var/lib/pawl 2>/dev/null || true')).toBe('');
  });

  test('sudoers wants a terminal: said with the line that mends it', async () => {
    await lab.exec('etcd1', [
      'sh',
      '-c',
      'echo "Defaults requiretty" >/etc/sudoers.d/00-tty; chmod 440 /etc/sudoers.d/00-tty',
    ]);
    await refused(() => run(CONSENT), 3, /E_REQUIRETTY[^]*Defaults:pawl !requiretty/);
    await lab.exec('etcd1', ['rm', '/etc/sudoers.d/00-tty']);
  });

  test('hosts that another controller’s run holds: whose it is, where its database lies, exit 7', async () => {
    expect((await run([...CONSENT, '--pause-before', 'stop-masters'])).exit).toBe(4);
    await refused(() => run(CONSENT, elsewhere()), 7, /E_FENCED[^]*pawl\.db/);
    await refused(
      () => runPawl(lab, ['check', '-i', lab.inventoryPath], { database: elsewhere() }),
      7,
      new RegExp(`held by the run okd-\\d+-1 [^]*phase\\s+prepare[^]*${NAME}/controller/pawl/pawl.db`),
    );
    // Its own controller is told of the run, and which command goes on with it.
    const own = await run(CONSENT);
    expect([own.exit, own.stderr]).toEqual([3, expect.stringMatching(/E_RUN_UNFINISHED/)]);
  });

  test('a lost terminal ends nothing; Ctrl-C once pauses at the next safe point, seen from elsewhere', async () => {
    let follower: PawlProcess | undefined;
    const pawl = startPawl(lab, ['resume', '--no-input', '--events'], {
      onOutput: whenSaid([
        [/"kind":"resumed"/, () => process.kill(pawl.pid, 'SIGHUP')],
        [/"kind":"intent"/, () => (follower = startPawl(lab, ['status', '--follow']))],
        [entered('converge'), () => process.kill(pawl.pid, 'SIGINT')],
      ]),
    });
    const { exit, stdout, stderr } = await pawl.ended;
    expect([exit, stderr]).toEqual([
      4,
      expect.stringMatching(/SIGINT: pausing at the next safe point: when converge/),
    ]);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.flatMap(schemaFaults)).toEqual([]);
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
      outcome: 'paused',
      changed: true,
      phase: 'converge',
    });
    const followed = await follower?.ended;
    // It is a process of its own: how far the run has come by the time it looks is not in our hand.
    expect([followed?.exit, followed?.stderr]).toEqual([
      0,
      expect.stringMatching(/ \d+\/15 (?:stop-masters|converge) /),
    ]);
    expect(followed?.stdout).toMatch(/paused/);
  });

  test('Ctrl-C twice leaves at once; what was begun on a host goes on there, and the run is taken up again', async () => {
    let asked = false;
    const pawl = startPawl(lab, ['resume', '--no-input', '--events'], {
      onOutput: whenSaid([
        [entered('back-up'), () => process.kill(pawl.pid, 'SIGINT')],
        [/Once more to leave at once/, () => (asked = process.kill(pawl.pid, 'SIGINT'))],
      ]),
    });
    const { exit, stdout, stderr } = await pawl.ended;
    expect([asked, exit, stderr]).toEqual([true, 4, expect.stringContaining('again: leaving at once')]);
    expect(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({ outcome: 'left' });
    const resumed = await runPawl(lab, ['resume', '--no-input', '--json']);
    expect([resumed.exit, resumed.stderr]).toEqual([0, expect.stringContaining('finish')]);
    expect(schemaFaults(resumed.stdout)).toEqual([]);
    const document = JSON.parse(resumed.stdout) as {
      readonly outcome: string;
      readonly outageSeconds: number;
    };
    expect(document).toMatchObject({ outcome: 'completed', changed: true, next: null });
    expect(document.outageSeconds).toBeGreaterThan(1);
  });

  test('a cluster that is migrated already, with the database gone: completed, exit 0', async () => {
    await refused(() => run([], elsewhere()), 0, /already/i);
    await refused(() => run(CONSENT), 0, /already/i);
  });

  test('and with one host’s record gone: evidence that does not agree is refused', async () => {
    await lab.exec('master1', ['mv', '/var/lib/pawl', '/var/lib/pawl-away']);
    await refused(() => run(CONSENT, elsewhere()), 3, /does not agree|disagree/i);
    await lab.exec('master1', ['mv', '/var/lib/pawl-away', '/var/lib/pawl']);
  });
});

const entered = (phase: string): RegExp => new RegExp(`"kind":"entered"[^\n]*"phase":"${phase}"`);
