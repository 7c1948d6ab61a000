import {
  labAvailable,
  labDown,
  labUp,
  MIGRATE,
  runPawl,
  type Lab,
  type Observer,
  type PawlResult,
  type V2Entry,
} from '@pawl/lab';
import { killPawl } from '../../../test/lab/kill-pawl';
import { leftOnHosts, sh } from '../../../test/lab/lab-hosts';
import { untouched } from '../../../test/lab/untouched';
import { weeksOfV3Writes, type V3Writes } from './helpers/weeks-of-v3-writes';
import { wrongAfterRestore } from './helpers/wrong-after-restore';

jest.setTimeout(10 * 60_000);

const NAME = 'restore-weeks';
const DATA = '/var/lib/etcd';
const story = labAvailable().ok ? describe : describe.skip;

/** Changes one byte, in the record that every WAL begins with. */
const another = (file: string): string =>
  `byte=X; [ "$(dd if=${file} bs=1 skip=40 count=1 2>/dev/null)" != X ] || byte=Y; printf $byte | dd of=${file} bs=1 seek=40 conv=notrunc 2>&1`;

interface Said {
  readonly run: string;
  readonly outcome: string;
  readonly reason: { readonly code: string; readonly facts: Readonly<Record<string, unknown>> } | null;
  readonly next: string | null;
  readonly findings: readonly { readonly code: string; readonly host: string }[];
}

story('migrated by a run, and lived with since', () => {
  let lab: Lab;
  let observer: Observer;
  let before: ReadonlyMap<string, V2Entry>;
  let config: string;
  let run: string;
  let writes: V3Writes;

  beforeAll(async () => {
    lab = await labUp({ name: NAME, etcd: 1, masters: 1, etcdSnapshotCount: 100 }, { replace: true });
    await lab.fill({ keys: 200, valueBytes: 128 });
    await lab.startMasters();
    before = await lab.v2dump();
    config = await sh(lab, 'master1', 'cat /etc/origin/master/master-config.yaml');
    const migrated = await pawl('run', '-i', lab.inventoryPath, '--accept-point-of-no-return', CLUSTER);
    run = said(migrated, 0).run;
    writes = await weeksOfV3Writes(lab, permanentKeys());
    observer = await lab.observer();
  });

  afterAll(async () => {
    await observer.stop();
    await labDown(NAME);
  });

  const CLUSTER = `api.${NAME}.lab`;
  const pawl = (...args: readonly string[]): Promise<PawlResult> =>
    runPawl(lab, [...args, '--no-input', '--json']);
  const said = ({ exit, stdout, stderr }: PawlResult, expected: number): Said => {
    if (exit !== expected) throw new Error(`exit ${exit}:\n${stderr}\n${stdout}`);
    return JSON.parse(stdout) as Said;
  };
  const permanentKeys = (): readonly string[] =>
    [...before].flatMap(([key, { expiration }]) =>
      expiration === undefined && key.startsWith('/kubernetes.io/pods/') ? [key] : [],
    );
  const codes = ({ findings }: Said): readonly string[] => findings.map(({ code }) => code);
  const etcdProcess = (): Promise<string> =>
    sh(lab, 'etcd1', 'systemctl show -p ExecMainPID -p ExecMainStartTimestampMonotonic etcd');
  /** What a check of backups must leave of itself: its record, and nothing else. */
  const traces = (): Promise<string> =>
    sh(
      lab,
      'etcd1',
      `ls -d ${DATA}/*; find ${DATA}/pawl-* | sort; systemctl list-units --all --no-legend '*pawl*'; ls /run/netns 2>/dev/null; pgrep -x etcd | wc -l`,
    );

  test('its backup is proven to restore, beside the etcd that serves, and nothing is left of the proof', async () => {
    const [process, trace] = [await etcdProcess(), await traces()];
    const proven = said(await pawl('check', '--backups', run), 0);
    expect([proven.outcome, codes(proven)]).toEqual(['ok', ['E_BACKUP_RESTORES']]);
    expect([await etcdProcess(), await traces()]).toEqual([process, trace]);
    expect(await leftOnHosts(lab)).toEqual([]);
  });

  test('and when the proof is killed, again and again, it comes to the same end', async () => {
    const [process, trace] = [await etcdProcess(), await traces()];
    const kills = ['scratch-copy', 'scratch-start', 'scratch-remove'].map(
      (step) => `rehearse/${step}@etcd1/host:during`,
    );
    for (const [index, kill] of kills.entries())
      await killPawl(
        lab,
        index === 0 ? ['check', '--backups', run, '--no-input'] : ['resume', '--no-input'],
        `okd-etcd-check-backup/${kill}`,
      );
    const ended = said(await pawl('resume'), 0);
    expect(ended.outcome).toBe('completed');
    expect([await etcdProcess(), await traces()]).toEqual([process, trace]);
    expect(await leftOnHosts(lab)).toEqual([]);
  });

  test.each([
    ['a byte of its WAL is another', 'member/wal/*.wal', another('FILE')],
    ['its database is gone', 'member/snap/db', 'rm FILE'],
  ])('a backup that is damaged is told: %s', async (_, file, damage) => {
    const [process, trace] = [await etcdProcess(), await traces()];
    const [path] = (await sh(lab, 'etcd1', `ls ${DATA}/pawl-${run}/backup/${file}`)).split('\n');
    await sh(lab, 'etcd1', `cp -a ${path} /tmp/kept; ${damage.replaceAll('FILE', String(path))} 2>&1`);
    const proven = said(await pawl('check', '--backups', run), 3);
    await sh(lab, 'etcd1', `cp -a /tmp/kept ${path}`);
    expect([proven.outcome, codes(proven)]).toEqual(['refused', ['E_BACKUP_DAMAGED']]);
    expect([await etcdProcess(), await traces()]).toEqual([process, trace]);
    expect(await leftOnHosts(lab)).toEqual([]);
  });

  test('one of another origin has no list of its files: whether it starts tells', async () => {
    const backup = `${DATA}/by-hand`;
    await sh(lab, 'etcd1', `ETCDCTL_API=2 etcdctl backup --data-dir ${DATA} --backup-dir ${backup} 2>&1`);
    const good = said(await pawl('check', '--backups', `etcd1:${backup}`, '-i', lab.inventoryPath), 0);
    expect(codes(good)).toEqual(['E_NO_MANIFEST']);
    const [wal] = (await sh(lab, 'etcd1', `ls ${backup}/member/wal/*.wal`)).split('\n');
    await sh(lab, 'etcd1', another(String(wal)));
    const bad = said(await pawl('check', '--backups', `etcd1:${backup}`, '-i', lab.inventoryPath), 3);
    expect(codes(bad)).toEqual(['E_BACKUP_DEAD']);
    await sh(lab, 'etcd1', `rm -r ${backup}`);
    await observer.settle();
    expect(observer.count('etcd1', /^\S*systemctl .*\b(stop|start|restart) etcd(\.service)?$/)).toBe(0);
  });

  test('what was set aside is removed: a rollback offers the backup, says what it costs, and changes nothing', async () => {
    said(await pawl('cleanup', run, '--remove', 'original', '--yes'), 0);
    const offered = said(await untouched(lab, observer, () => pawl('rollback', run, '--yes')), 3);
    expect(offered).toMatchObject({ outcome: 'refused', reason: { code: 'E_DATA_LOSS' } });
    expect(offered.reason?.facts).toMatchObject({ name: CLUSTER, from: `etcd1:${DATA}/pawl-${run}/backup` });
    expect(JSON.stringify(offered.reason?.facts['notices'])).toMatch(/v3 holds \d+ keys, \d+ of them/);
  });

  test('and with the loss accepted by name v2 is what it was, and what was written since lies aside', async () => {
    const since = Date.now();
    const restored = said(await pawl('rollback', run, '--yes', '--accept-data-loss', CLUSTER), 0);
    expect(restored.run).toMatch(/^restore-\d{8}-1$/);
    expect(await wrongAfterRestore(lab, before)).toEqual([]);
    expect(await sh(lab, 'master1', 'cat /etc/origin/master/master-config.yaml')).toBe(config);
    const aside = `${DATA}/pawl-${restored.run}/original/member/snap/db`;
    for (const key of writes.created)
      expect(await sh(lab, 'etcd1', `grep -ac ${key} ${aside} || :`)).not.toBe('0\n');
    await observer.settle();
    expect(observer.events({ since, argv: MIGRATE })).toEqual([]);
    const again = said(await pawl('rollback', restored.run, '--yes'), 3);
    expect(again.reason?.code).toBe('E_DATA_LOSS');
  });
});
