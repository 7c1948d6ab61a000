import { labAvailable, labDown, labForget, labUp, runPawl, type Lab, type PawlResult } from '@pawl/lab';
import { journalOf, sh, whereSecretsLie } from '../../../test/lab/lab-hosts';
import { changedSince, pictureOf, type Picture } from '../../../test/lab/picture';
import { saidBy } from '../../../test/lab/untouched';

jest.setTimeout(20 * 60_000);

const NAME = 'okd-notready';
const CANARY = 'cAnArY0zH3mWdZ8yq2nVxT7bKfA1sLcRgE4uPjN6tYo';
const story = labAvailable().ok ? describe : describe.skip;

interface Said {
  readonly run: string;
  readonly outcome: string;
  readonly next: string | null;
  readonly reason: {
    readonly code: string;
    readonly message: string;
    readonly facts: {
      readonly masters: readonly { readonly host: string; readonly ready: boolean }[];
      readonly log: Readonly<Record<string, readonly string[]>>;
      readonly goingBack: {
        readonly revision: number;
        readonly revisionNow: number;
        readonly written: number;
        readonly writtenKeys: readonly string[];
      };
    };
  };
  readonly choices: readonly {
    readonly name: string;
    readonly cost: string;
    readonly command: string;
    readonly accept?: string;
  }[];
}

/** After the point of no return: one master serves on v3, the other one can't start. Nothing is decided for anybody. */
story('a master that does not come ready on v3', () => {
  let lab: Lab;
  let before: Picture;
  const pawl = (...args: readonly string[]): Promise<PawlResult> => runPawl(lab, [...args, '--no-input']);
  const json = async (...args: readonly string[]): Promise<Said & { readonly exit: number | null }> => {
    const { exit, stdout, stderr } = await pawl(...args, '--json');
    if (!stdout.startsWith('{')) throw new Error(`exit ${exit}, and no document:\n${stderr}\n${stdout}`);
    return { ...(JSON.parse(stdout) as Said), exit };
  };

  /** A binary that logs what masters log, secrets included, and exits. */
  const breakMaster = (host: string): Promise<string> =>
    sh(
      lab,
      host,
      `mv /usr/bin/openshift /usr/bin/openshift.whole
cat >/usr/bin/openshift <<'END'
#!/bin/sh
[ "$1" != version ] || exec /usr/bin/openshift.whole "$@"
echo "E1124 10:00:00.000001 1 get.go:1] GET /openshift.io/oauth/accesstokens/${CANARY}: refused" >&2
echo "E1124 10:00:00.000002 1 get.go:1] Authorization: Bearer ${CANARY}" >&2
echo "F1124 10:00:00.000003 1 start_api.go:64] the disk of the audit log is full" >&2
exit 255
END
chmod 755 /usr/bin/openshift`,
    );
  const mend = (host: string): Promise<string> =>
    sh(lab, host, 'mv -T /usr/bin/openshift.whole /usr/bin/openshift');

  beforeAll(async () => {
    lab = await labUp({ name: NAME, etcd: 1, masters: 2, etcdElectionMs: 500 }, { replace: true });
    await lab.fill({ keys: 300, valueBytes: 256 });
    await lab.startMasters();
    before = await pictureOf(lab);
  });

  afterAll(async () => {
    await labDown(NAME);
    labForget(NAME, 'paused');
  });

  test('is paused, and the screen says what there is to weigh: its log, who serves, what was written, the three ways on', async () => {
    const ready = await json(
      ...['run', '-i', lab.inventoryPath, '--accept-point-of-no-return', `api.${NAME}.lab`],
      ...['--pause-before', 'start-masters'],
    );
    expect([ready.exit, ready.outcome]).toEqual([4, 'paused']);
    await breakMaster('master2');
    const { exit, run, reason, choices, next } = await json('resume');
    expect([exit, reason.code, reason.message]).toEqual([
      4,
      'E_MASTER_NOT_READY',
      expect.stringMatching(/^master2 does not become ready on v3: .*; master1 serves$/),
    ]);
    expect(reason.facts.masters).toEqual([
      expect.objectContaining({ host: 'master1', ready: true }),
      expect.objectContaining({ host: 'master2', ready: false }),
    ]);
    const log = reason.facts.log['origin-master-api.service'] ?? [];
    expect(log.length).toBeLessThanOrEqual(15);
    expect(log.join('\n')).toContain('the disk of the audit log is full');
    const { revision, revisionNow, written, writtenKeys } = reason.facts.goingBack;
    expect(revisionNow).toBeGreaterThan(revision);
    expect(written).toBeGreaterThan(0);
    expect(writtenKeys.join('\n')).toMatch(/masterleases/);
    expect(next).toContain(`pawl resume ${run}`);
    expect(choices.map(({ name, command }) => [name, command.replace(/ --db .*/, '')])).toEqual([
      ['resume', `pawl resume ${run}`],
      ['rollback', `pawl rollback ${run} --accept-data-loss api.${NAME}.lab`],
      ['status', `pawl status ${run}`],
    ]);
    expect(choices.find(({ name }) => name === 'rollback')?.cost).toMatch(
      new RegExp(`loses .*: ${written} keys written, \\d+ deleted; started: master1`),
    );
    const screen = (await pawl('status', run)).stdout;
    process.stdout.write(`${screen}\n`);
    for (const part of ['the disk of the audit log is full', 'costs: ', '--accept-data-loss', 'masterleases'])
      expect(screen).toContain(part);
    expect(screen).not.toContain(CANARY);
    expect((await whereSecretsLie(lab, [CANARY])).filter((file) => !file.includes('/journal/'))).toEqual([]);
    await lab.save('paused');
  });

  test('mended, it is resumed, and the run is completed', async () => {
    await mend('master2');
    const ended = await json('resume');
    expect([ended.exit, ended.outcome]).toEqual([0, 'completed']);
    const starts = (await journalOf(lab, ended.run)).filter(
      ({ kind, data }) =>
        kind === 'outcome' && data.step === 'start-masters/release-and-start' && data.state === 'succeeded',
    );
    expect(starts.map(({ data }) => data.target)).toEqual(['master1', 'master2']);
  });

  test('or it is taken back: refused until the loss is accepted by name, then v2 as it was', async () => {
    await lab.load('paused');
    await mend('master2');
    const refused = await json('rollback', '--yes');
    expect([refused.exit, refused.reason.code]).toEqual([3, 'E_DATA_LOSS']);
    const back = await pawl('rollback', '--yes', '--accept-data-loss', `api.${NAME}.lab`);
    expect([back.exit, saidBy(back)]).toEqual([0, expect.stringContaining('rolled back')]);
    expect(butForInodes(await changedSince(lab, before))).toEqual([]);
  });
});

/** A lab that is loaded has copies of its files. */
function butForInodes(changed: readonly string[]): readonly string[] {
  const lines = changed.map((line) => line.replace(/ data (\S+) \d+ /, ' data $1 '));
  const other = (line: string): string => `${line.startsWith('-') ? '+' : '-'}${line.slice(1)}`;
  return lines.filter((line) => !lines.includes(other(line)));
}
