import {
  labAvailable,
  labDown,
  labForget,
  labUp,
  MIGRATE,
  runPawl,
  startPawl,
  type Lab,
  type Observer,
  type PawlResult,
} from '@pawl/lab';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { onlyRun, originalsUntouched, sh } from '../../../test/lab/lab-hosts';
import { whenSaid } from '../../../test/lab/when-said';

jest.setTimeout(10 * 60_000);

const NAME = 'okd-rules';
const KEYS = 1500;
const VALUE_BYTES = 4096;
const TLS = '--cacert /etc/etcd/ca.crt --cert /etc/etcd/peer.crt --key /etc/etcd/peer.key';
const story = labAvailable().ok ? describe : describe.skip;

/** What has lost data without a word on other people’s clusters, done on purpose, and each time noticed. */
story('what loses data in silence is noticed', () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await labUp({ name: NAME, etcd: 3, masters: 1 }, { replace: true });
    await lab.fill({ keys: KEYS, valueBytes: VALUE_BYTES });
    await lab.startMasters();
    await lab.save('filled');
  });

  afterAll(async () => {
    await labDown(NAME);
    labForget(NAME, 'filled');
  });

  const begin = (...more: readonly string[]): readonly string[] => [
    'run',
    ...['-i', lab.inventoryPath, '--no-input', '--json', '--accept-point-of-no-return', `api.${NAME}.lab`],
    ...more,
  ];
  const resume = (...more: readonly string[]): Promise<PawlResult> =>
    runPawl(lab, ['resume', '--no-input', '--json', ...more]);
  const etcdctl = (host: string, words: string): Promise<string> =>
    sh(lab, host, `ETCDCTL_API=3 etcdctl --endpoints https://${lab.host(host).address}:2379 ${TLS} ${words}`);

  test('v3 keys of unknown origin: never migrated onto', async () => {
    await etcdctl('etcd2', 'put /of/unknown/origin x');
    const { exit, document } = restsOf(await runPawl(lab, begin()));
    expect(exit).toBe(3);
    const { findings = [] } = document;
    expect([...new Set(findings.map(({ code }) => code))]).toEqual(['E_V3_IN_USE']);
    expect(findings.map(({ host }) => host)).toEqual(['etcd1', 'etcd2', 'etcd3']);
  });

  describe('a writer, and a copy that lost its end', () => {
    let last = 0;

    beforeAll(async () => {
      await lab.load('filled');
      await mastersServe(lab);
    });

    test('a writer while all masters are stopped: paused before etcd is touched; mended, the run goes on', async () => {
      const url = `https://${lab.host('etcd1').address}:2379/v2/keys/late`;
      const put = `curl -s ${TLS} -XPUT -d value=x ${url}/$n`;
      const loop = `n=0; while :; do n=$((n+1)); ${put} >/dev/null; echo $n >/run/last; sleep 0.15; done`;
      await lab.exec('etcd1', ['systemd-run', '--unit=writer', 'sh', '-c', loop]);
      const { exit, document } = restsOf(await runPawl(lab, begin()));
      expect([exit, document]).toEqual([
        4,
        expect.objectContaining({ phase: 'converge', step: 'read-manifest' }),
      ]);
      expect(document.reason).toMatchObject({
        code: 'E_WRITER',
        message: expect.stringMatching(/somebody writes to v2/) as unknown,
      });
      expect(await sh(lab, 'etcd1', 'systemctl is-active etcd')).toBe('active\n');
      await lab.exec('etcd1', ['systemctl', 'stop', 'writer']);
      last = Number(await sh(lab, 'etcd1', 'cat /run/last'));
      expect(last).toBeGreaterThan(3);
      const resumed = restsOf(await resume('--pause-before', 'migrate'));
      expect([resumed.exit, resumed.document.phase]).toEqual([4, 'migrate']);
    });

    test('a copy whose log was cut off migrates with exit 0 and its success line; verify-v3 finds what is missing', async () => {
      const run = await onlyRun(lab);
      const folder = `/var/lib/etcd/pawl-${run}`;
      // In the middle of the last but two of the keys that were written last.
      await sh(
        lab,
        'etcd1',
        `cd ${folder}/copy-1/member/wal
wal=$(ls *.wal | head -n 1)
at=$(grep -obaF "/late/${last - 2}" "$wal" | head -n 1 | cut -d: -f1)
truncate -s "$at" "$wal"`,
      );
      const { exit, document } = restsOf(await resume());
      expect([exit, document]).toEqual([4, expect.objectContaining({ phase: 'verify-v3' })]);
      expect(document.reason).toMatchObject({ code: 'E_V3_DIFFERS' });
      expect(JSON.stringify(document.reason)).toContain(`/late/${last - 1}`);
      const migrated = await sh(
        lab,
        'etcd1',
        `cat /var/lib/pawl/runs/${run}/jobs/*.migrate.run-migrate.*/stdout`,
      );
      expect(migrated).toContain('finished transforming keys');
      await originalsUntouched(lab, run);
      expect(await sh(lab, 'master1', 'systemctl is-active origin-master-api || true')).toBe('inactive\n');
    });
  });

  describe('a killed migrate, a foreign key, an empty joiner', () => {
    let observer: Observer;

    beforeAll(async () => {
      await lab.load('filled');
      await mastersServe(lab);
      observer = await lab.observer();
    });

    afterAll(async () => observer.stop());

    test('migrate killed on its host, half done: that copy is discarded, another one is migrated, once', async () => {
      const pawl = startPawl(lab, begin('--pause-before', 'verify-v3'));
      await killedHalfWay(observer, 'etcd1', KEYS * VALUE_BYTES);
      const { exit, document } = restsOf(await pawl.ended);
      expect([exit, document.phase]).toEqual([4, 'verify-v3']);
      const run = await onlyRun(lab);
      const folder = `/var/lib/etcd/pawl-${run}`;
      await observer.settle();
      expect(observer.events({ argv: MIGRATE }).map(({ argv }) => argv.split(' ').at(-1))).toEqual([
        `${folder}/copy-1`,
        `${folder}/copy-2`,
      ]);
      expect(await sh(lab, 'etcd1', `cd ${folder} && ls -d copy-* discarded-*`)).toBe(
        'copy-2\ndiscarded-1\n',
      );
      const half = await sh(
        lab,
        'etcd1',
        `ETCDCTL_API=3 etcdctl -w json snapshot status ${folder}/discarded-1/member/snap/db`,
      );
      const keys = Number(/"totalKey":(\d+)/.exec(half)?.[1]);
      process.stdout.write(`killed with ${keys} of about ${KEYS} keys in the copy\n`);
      expect(keys).toBeGreaterThan(KEYS * 0.05);
      expect(keys).toBeLessThan(KEYS * 0.95);
      await originalsUntouched(lab, run);
    });

    test('a v3 key that v2 did not have stops the run; without it, it goes on', async () => {
      await etcdctl('etcd1', 'put /not/in/v2 x');
      const { exit, document } = restsOf(await resume());
      expect([exit, document.reason]).toEqual([4, expect.objectContaining({ code: 'E_V3_DIFFERS' })]);
      expect(JSON.stringify(document.reason)).toContain('/not/in/v2');
      await etcdctl('etcd1', 'del /not/in/v2');
      const resumed = restsOf(await resume('--pause-before', 'scale-up'));
      expect([resumed.exit, resumed.document.phase]).toEqual([4, 'scale-up']);
    });

    /** Without a `.snap` the first member feeds its whole log to the joiner, in which migrated keys never were. */
    test('a joiner that is healthy and empty is not taken for a member', async () => {
      await sh(lab, 'etcd1', 'rm /var/lib/etcd/member/snap/*.snap && systemctl restart etcd');
      const pawl = startPawl(lab, ['resume', '--no-input', '--events'], {
        onOutput: whenSaid([[/E_NOT_CAUGHT_UP/, () => process.kill(pawl.pid, 'SIGINT')]]),
      });
      const { exit, stdout } = await pawl.ended;
      const document = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Rests['document'];
      expect([exit, document]).toEqual([
        4,
        expect.objectContaining({ phase: 'scale-up', step: 'caught-up-2' }),
      ]);
      expect(/etcd2 is at revision \d+ with \d keys, etcd1 at \d{4,}/.test(stdout)).toBe(true);
      expect(await etcdctl('etcd2', 'endpoint health 2>&1')).toContain('is healthy');
      expect((await lab.v3dump('etcd2')).size).toBeLessThan(5);
    });
  });
});

interface Rests {
  readonly exit: number | null;
  readonly document: {
    readonly phase: string;
    readonly step: string;
    readonly reason: { readonly code: string } | null;
    readonly findings?: readonly { readonly code: string; readonly host: string }[];
  };
}

function restsOf({ exit, stdout, stderr }: PawlResult): Rests {
  if (!stdout.startsWith('{')) throw new Error(`exit ${exit}, and no document:\n${stderr}\n${stdout}`);
  return { exit, document: JSON.parse(stdout) as Rests['document'] };
}

/** After a load the masters start by themselves. */
async function mastersServe(lab: Lab): Promise<void> {
  for (
    let tries = 0;
    (await lab.api('master1', '/healthz/ready').catch(() => undefined))?.status !== 200;
    tries += 1
  ) {
    if (tries > 200) throw new Error('master1 does not serve after the load');
    await sleep(200);
  }
}

/**
 * Lets migrate go on by a few milliseconds at a time until it has written nine tenths of the size of the data, a part of it its own pages, then kills it: SIGKILL, from
 * outside. While it stands still its store's commit falls due, so that what it has written by then is really in the copy.
 */
async function killedHalfWay(observer: Observer, host: string, bytes: number): Promise<void> {
  let pid: number | undefined;
  for (let tries = 0; pid === undefined; tries += 1) {
    if (tries > 30_000) throw new Error('migrate was not seen');
    pid = observer.events({ host, argv: MIGRATE })[0]?.pid;
    if (pid === undefined) await sleep(2);
  }
  for (;;) {
    process.kill(pid, 'SIGSTOP');
    const written = Number(/^wchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]);
    if (written > bytes * 0.9) break;
    await sleep(120);
    process.kill(pid, 'SIGCONT');
    await sleep(4);
  }
  process.kill(pid, 'SIGKILL');
}
