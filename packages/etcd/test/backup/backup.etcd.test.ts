import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { unlistedCommands, type ReadHost } from '@pawl/hosts';
import {
  canaryPut,
  chooseDb,
  coldBackup,
  copyBackup,
  copyMember,
  etcdHostCommands,
  lookAtBackup,
  migrateCopy,
  readManifest,
  runLayout,
  setAside,
  takeCopy,
  workCopy,
  type DbChoice,
  type Manifest,
} from '../../src';
import { makeCerts, requireEtcd, startEtcd, type LocalEtcd, type StartOptions } from '../helpers/local-etcd';
import { localHost } from '../helpers/local-host';
import { putV2 } from '../helpers/put-v2';
import { runChange, scratchDirectory, SHELLS } from '../helpers/run-change';
import { trimWal } from '../helpers/trim-wal';

jest.setTimeout(60_000);

/** Whatever it is asked must be listed. */
const host: ReadHost = {
  ...localHost(),
  readScript(script, given) {
    expect(unlistedCommands(script.text, etcdHostCommands)).toEqual([]);
    return localHost().readScript(script, given);
  },
};
const options = { secretPrefixes: [] };
const RUN = 'restore-1';

let directory: string;
let certs: ReturnType<typeof makeCerts>;
/** Stopped members with v2 data: one with snapshots, one without. */
let golden: { readonly withSnap: Golden; readonly noSnap: Golden };
const running: LocalEtcd[] = [];

interface Golden {
  readonly dataDir: string;
  readonly manifest: Manifest;
}

beforeAll(async () => {
  requireEtcd();
  directory = scratchDirectory();
  certs = makeCerts(directory);
  const [withSnap, noSnap] = await Promise.all([make('snap', ['--snapshot-count', '20']), make('plain', [])]);
  golden = { withSnap, noSnap };
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((etcd) => etcd.stop()));
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe('what is a backup', () => {
  test('a cold copy, by its folder and by its run’s', async () => {
    const { layout } = place('cold');
    runOk(coldBackup(layout, { description: "etcd 3.1.9\nit's a member", configuration: [] }));
    writeFileSync(layout.manifest, '{}');
    const facts = await lookAtBackup(host, `${layout.backup}/`);
    expect(facts).toMatchObject({
      kind: 'cold-copy',
      path: layout.backup,
      member: `${layout.backup}/member`,
      wal: null,
      sums: `${layout.backup}/member.sha256`,
      manifest: layout.manifest,
      description: "etcd 3.1.9\nit's a member\n",
      hasDb: true,
      links: [],
    });
    expect(facts.snapIndices.length).toBeGreaterThan(0);
    expect(facts.bytes).toBeGreaterThan(1e5);
    const newest = Math.max(
      ...readdirSync(`${layout.backup}/member/wal`)
        .filter((name) => name.endsWith('.wal'))
        .map((name) => Math.floor(statSync(`${layout.backup}/member/wal/${name}`).mtimeMs / 1000)),
    );
    expect(Date.parse(facts.takenAt) / 1000).toBe(newest);
    for (const shell of SHELLS) {
      expect(await lookAtBackup(localHost(shell), layout.folder)).toEqual(facts);
    }
  });

  test('one with a WAL of its own, what etcdctl wrote, an original', async () => {
    const { layout } = place('kinds', true);
    runOk(coldBackup(layout, { description: '', configuration: [] }));
    expect(await lookAtBackup(host, layout.backup)).toMatchObject({ wal: `${layout.backup}/wal` });
    const backup = etcdctlBackup(golden.withSnap.dataDir, 'openshift-backup-pre-migration20261124');
    expect(await lookAtBackup(host, backup)).toMatchObject({
      kind: 'etcdctl',
      sums: null,
      manifest: null,
      hasDb: true,
    });
    const aside = place('aside');
    runOk(setAside(aside.layout));
    expect(await lookAtBackup(host, `${aside.layout.folder}/original`)).toMatchObject({ kind: 'original' });
    await expect(lookAtBackup(host, aside.layout.folder)).rejects.toMatchObject({
      code: 'E_ETCD_NO_BACKUP',
      hint: expect.stringContaining('rolling that run back'),
    });
  });

  test.each<[string, (dir: string) => string, string]>([
    ['nothing', (dir) => `${dir}/none`, 'there is no '],
    ['a file', (dir) => `${dir}/member/snap/db`, 'is a file'],
    ['an empty directory', (dir) => emptied(dir), 'is empty'],
    ['a member itself', (dir) => `${dir}/member`, 'is itself a member'],
    ['no member in it', (dir) => moved(dir, 'member', 'membre'), 'holds no member'],
    ['no WAL', (dir) => moved(dir, 'member/wal', 'elsewhere'), 'holds no WAL'],
    ['no snap directory', (dir) => moved(dir, 'member/snap', 'elsewhere'), 'no snap directory'],
    ['a link in it', (dir) => linked(dir), 'a link lies in'],
    ['a WAL that begins too late', (dir) => lateWal(dir), 'begins at raft index'],
    ['a gap in the WAL', (dir) => gapInWal(dir), 'a WAL file is missing'],
    ['no absolute path', () => 'var/lib/etcd', 'no absolute path'],
  ])('refused: %s', async (name, spoil, message) => {
    const { settings } = place(`bad-${name.replaceAll(' ', '-')}`);
    await expect(lookAtBackup(host, spoil(settings.dataDir))).rejects.toMatchObject({
      code: 'E_ETCD_NO_BACKUP',
      message: expect.stringContaining(message),
      hint: expect.stringMatching(/\w/),
    });
  });

  test('the live data is no backup of itself, whatever link leads to it', async () => {
    const { settings } = place('live');
    const link = `${settings.dataDir}-link`;
    symlinkSync(settings.dataDir, link);
    for (const path of [settings.dataDir, `${settings.dataDir}/member`, link]) {
      await expect(lookAtBackup(host, path, settings)).rejects.toMatchObject({ code: 'E_ETCD_REFUSED' });
    }
    await expect(lookAtBackup(host, settings.dataDir, { dataDir: link })).rejects.toMatchObject({
      code: 'E_ETCD_REFUSED',
    });
  });
});

describe('the database that goes with it', () => {
  test('its own, where it never held v3', async () => {
    const { settings } = place('own');
    expect(await choose(settings.dataDir, settings.dataDir)).toEqual({ use: 'own' });
    // etcdctl 3.4 writes an emptied one.
    const backup = etcdctlBackup(golden.withSnap.dataDir, 'emptied');
    expect(await choose(backup, join(directory, 'nowhere'))).toEqual({ use: 'own' });
  });

  test('none, where etcd needs none', async () => {
    const backup = withoutDb(etcdctlBackup(golden.noSnap.dataDir, 'no-db-no-snap'));
    expect(await choose(backup, directory)).toMatchObject({ use: 'none' });
  });

  test('with a snapshot: one is searched for, v3 data and age looked at', async () => {
    const { settings } = place('search');
    const at = (name: string): string => join(settings.dataDir, name);
    const backup = withoutDb(etcdctlBackup(golden.withSnap.dataDir, 'search/backup'));
    const look = (dbFrom: string | null = null): Promise<DbChoice> =>
      choose(backup, settings.dataDir, dbFrom);
    expect(await look()).toMatchObject({
      use: 'missing',
      why: expect.stringContaining('has no member/snap/db'),
    });

    cpSync(golden.noSnap.dataDir, at('openshift-backup-older'), { recursive: true });
    const tainted = place('tainted');
    await taint(tainted.settings.dataDir);
    cpSync(tainted.settings.dataDir, at('openshift-backup-pre-migration1'), { recursive: true });
    expect(await look()).toMatchObject({
      use: 'missing',
      why: expect.stringMatching(/holds v3 data \(revision \d+\).*is older than/s),
    });

    cpSync(golden.withSnap.dataDir, at('pawl-restore-0/original'), { recursive: true });
    expect(await look()).toEqual({ use: 'other', path: at('pawl-restore-0/original/member/snap/db') });
    cpSync(golden.withSnap.dataDir, at('pawl-okd-2/original'), { recursive: true });
    mkdirSync(at('pawl-okd-2/copy-1/migrate-started'), { recursive: true });
    expect(await look()).toEqual({ use: 'other', path: at('pawl-okd-2/original/member/snap/db') });
    cpSync(golden.withSnap.dataDir, at('pawl-okd-2/backup'), { recursive: true });
    for (const shell of SHELLS) {
      expect(await choose(backup, settings.dataDir, null, localHost(shell))).toEqual({
        use: 'other',
        path: at('pawl-okd-2/backup/member/snap/db'),
      });
    }

    const named = at('pawl-okd-2/backup/member/snap/db');
    for (const from of [named, at('pawl-okd-2'), at('pawl-okd-2/backup/'), at('pawl-okd-2/backup/member')]) {
      expect(await look(from)).toEqual({ use: 'other', path: named });
    }
    expect(await look(at('openshift-backup-pre-migration1'))).toMatchObject({
      use: 'missing',
      why: expect.stringContaining('holds v3 data'),
    });
    expect(await look('/no/such')).toMatchObject({ use: 'missing' });
    // Moved away by hand, as is usual, it lies beside the live one and is none.
    cpSync(join(golden.withSnap.dataDir, 'member'), at('member.old'), { recursive: true });
    expect(await look(at('member.old'))).toEqual({ use: 'other', path: at('member.old/snap/db') });
    symlinkSync(at('member'), at('link'));
    const live = [settings.dataDir, at('member'), at('member/snap/db'), at('link')];
    for (const from of live) {
      await expect(look(from)).rejects.toMatchObject({ code: 'E_ETCD_REFUSED' });
    }
  });

  test('own v3 data is not taken: without a snapshot it stays behind', async () => {
    const { settings } = place('own-tainted', false, 'noSnap');
    await taint(settings.dataDir);
    expect(await choose(settings.dataDir, directory)).toMatchObject({
      use: 'none',
      why: expect.stringContaining('holds v3 data'),
    });
  });
});

describe.each(SHELLS.map((shell) => [shell.join(' '), shell] as const))('copied, under %s', (_, shell) => {
  /** What an etcd makes of the copy does not depend on the shell that made it. */
  const holds = async (dataDir: string, of: Golden, flags: readonly string[] = []): Promise<void> => {
    if (shell === SHELLS[0]) expect(await v2Of(dataDir, flags)).toEqual(contents(of.manifest));
  };

  test('whatever owner and modes it has; started as a new cluster it holds what was in it', async () => {
    const name = `copied-${shell[0] ?? ''}`;
    const { layout, settings, copy } = place(name);
    runOk(coldBackup(layout, { description: '', configuration: [] }));
    execFileSync('chown', ['-R', 'nobody', layout.backup]);
    execFileSync('chmod', ['-R', 'a=', layout.backup]);
    const before = sums(layout.backup);
    const facts = await lookAtBackup(host, layout.backup);
    const change = copyBackup(facts, { use: 'own' }, copy, ownerOf(settings.dataDir, 'daemon'));
    mkdirSync(`${copy.member}.part/snap`, { recursive: true });
    expect(runChange(change, shell)).toMatchObject({
      exit: 0,
      stdout: expect.stringMatching(/^files \d+\nsha256 [0-9a-f]{64}/),
    });
    expect(sums(copy.member)).toBe(sums(`${layout.backup}/member`));
    expect(runChange(change, shell)).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining('was copied'),
    });
    expect(sums(layout.backup)).toBe(before);
    const user = Number(execFileSync('id', ['-u', 'daemon']));
    for (const [path, mode] of [
      [copy.member, 0o40700],
      [`${copy.member}/snap`, 0o40700],
      [`${copy.member}/snap/db`, 0o100600],
    ] as const) {
      expect(statSync(path)).toMatchObject({ uid: user, mode, nlink: expect.any(Number) });
    }
    expect(existsSync(`${copy.member}.part`)).toBe(false);

    runOk(setAside(layout), shell);
    expect(runChange(takeCopy(layout, copy), shell).exit).toBe(0);
    expect(runChange(takeCopy(layout, copy), shell).exit).toBe(0);
    // Asked again, as after a crash: it has gone to its place, and is not made a second time.
    expect(runChange(change, shell)).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining('was copied'),
    });
    expect(existsSync(copy.member)).toBe(false);
    await holds(settings.dataDir, golden.withSnap);
  });

  test('with the SELinux label of the data, where that has one', async () => {
    const { settings, copy } = place(`label-${shell[0] ?? ''}`);
    const label = 'system_u:object_r:etcd_var_lib_t:s0';
    execFileSync('chcon', [label, settings.dataDir]);
    const facts = await lookAtBackup(host, golden.withSnap.dataDir);
    runOk(copyBackup(facts, { use: 'own' }, copy, ownerOf(settings.dataDir, 'root')), shell);
    const labels = execFileSync('find', [copy.member, '-exec', 'stat', '-c', '%C', '{}', '+']).toString();
    expect(new Set(labels.trim().split('\n'))).toEqual(new Set([label]));
  });

  test('the WAL goes where the host has it, and comes from where the backup has it', async () => {
    const name = `wal-${shell[0] ?? ''}`;
    const apart = place(name, true);
    runOk(coldBackup(apart.layout, { description: '', configuration: [] }));
    const facts = await lookAtBackup(host, apart.layout.backup);
    const owner = ownerOf(apart.settings.dataDir, 'root');

    runOk(copyBackup(facts, { use: 'own' }, apart.copy, owner), shell);
    expect(existsSync(`${apart.copy.member}/wal`)).toBe(false);
    await holds(apart.copy.folder, golden.withSnap, ['--wal-dir', apart.copy.wal ?? '']);

    const inside = workCopy({ dataDir: apart.settings.dataDir, walDir: null }, RUN, 2);
    runOk(copyBackup(facts, { use: 'own' }, inside, owner), shell);
    await holds(inside.folder, golden.withSnap);

    const third = workCopy(apart.settings, RUN, 3);
    const written = await lookAtBackup(host, etcdctlBackup(golden.withSnap.dataDir, `${name}/etcdctl`));
    // A crash between the two renames: the WAL is there, the member is not.
    mkdirSync(third.wal ?? '');
    runOk(copyBackup(written, { use: 'own' }, third, owner), shell);
    await holds(third.folder, golden.withSnap, ['--wal-dir', third.wal ?? '']);
  });

  test('with another database, or with none', async () => {
    const name = `db-${shell[0] ?? ''}`;
    const { settings, copy } = place(name);
    const owner = ownerOf(settings.dataDir, 'root');
    const old = withoutDb(etcdctlBackup(golden.withSnap.dataDir, `${name}/old`));
    const path = join(golden.withSnap.dataDir, 'member/snap/db');
    runOk(copyBackup(await lookAtBackup(host, old), { use: 'other', path }, copy, owner), shell);
    await holds(copy.folder, golden.withSnap);

    const plain = await lookAtBackup(host, withoutDb(etcdctlBackup(golden.noSnap.dataDir, `${name}/plain`)));
    const second = workCopy(settings, RUN, 2);
    runOk(copyBackup(plain, { use: 'none', why: '' }, second, owner), shell);
    await holds(second.folder, golden.noSnap);
  });
});

describe('a copy is refused, and leaves nothing half done', () => {
  test('of a backup with a damaged, a missing or a strange file', async () => {
    const { layout, settings, copy } = place('damaged');
    runOk(coldBackup(layout, { description: '', configuration: [] }));
    const change = copyBackup(
      await lookAtBackup(host, layout.backup),
      { use: 'own' },
      copy,
      ownerOf(settings.dataDir, 'root'),
    );
    const db = `${layout.backup}/member/snap/db`;
    const [whole, stray] = [readFileSync(db), `${layout.backup}/member/snap/stray`];
    const damaged = { exit: 65, stderr: expect.stringContaining('is damaged') };
    appendFileSync(db, 'x');
    expect(runChange(change)).toMatchObject({
      exit: 65,
      stderr: expect.stringMatching(/is damaged.*snap\/db/s),
    });
    rmSync(db);
    writeFileSync(`${db}.elsewhere`, whole);
    expect(runChange(change)).toMatchObject(damaged);
    renameSync(`${db}.elsewhere`, db);
    writeFileSync(stray, '');
    expect(runChange(change)).toMatchObject(damaged);
    expect([existsSync(copy.member), existsSync(`${copy.member}.part`)]).toEqual([false, false]);
    rmSync(stray);
    runOk(change);
  });

  test('with v3 data in the database, or a database in use', async () => {
    const { settings, copy } = place('v3');
    await taint(settings.dataDir);
    const facts = await lookAtBackup(host, settings.dataDir);
    const owner = ownerOf(settings.dataDir, 'root');
    const held = { exit: 65, stderr: expect.stringContaining('held v3 data, revision') };
    expect(runChange(copyBackup(facts, { use: 'own' }, copy, owner))).toMatchObject(held);
    const path = `${settings.dataDir}/member/snap/db`;
    const plain = await lookAtBackup(host, withoutDb(etcdctlBackup(golden.withSnap.dataDir, 'v3/plain')));
    expect(runChange(copyBackup(plain, { use: 'other', path }, copy, owner))).toMatchObject(held);
    expect([existsSync(copy.member), existsSync(`${copy.member}.part`)]).toEqual([false, false]);
    await start({ directory: settings.dataDir });
    expect(runChange(copyBackup(plain, { use: 'other', path }, copy, owner))).toMatchObject({
      exit: 65,
      stderr: expect.stringContaining('is in use'),
    });
    expect(() => copyBackup(facts, { use: 'missing', why: 'none' }, copy, owner)).toThrow('none');
    expect(() =>
      copyBackup(facts, { use: 'own' }, { ...copy, member: '/var/lib/etcd/member' }, owner),
    ).toThrow('no folder of a run');
  });

  test('on a disk that is too small', async () => {
    const { settings } = place('small');
    writeFileSync(`${settings.dataDir}/member/wal/0.tmp`, Buffer.alloc(2e6, 'x'));
    const small = join(directory, 'small-disk');
    mkdirSync(small);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', small]);
    try {
      const copy = workCopy({ dataDir: small, walDir: null }, RUN, 1);
      const facts = await lookAtBackup(host, settings.dataDir);
      const change = copyBackup(facts, { use: 'own' }, copy, ownerOf(small, 'root'));
      expect(runChange(change)).toMatchObject({
        exit: 65,
        stderr: expect.stringMatching(/has \d+ MiB free/),
      });
      // What `room` can't foresee: the disk fills while it is copied.
      const unforeseen = {
        ...change,
        script: { ...change.script, text: change.script.text.replace(/^room .*$/m, ':') },
      };
      expect(runChange(unforeseen)).toMatchObject({
        exit: 74,
        stderr: expect.stringContaining('is the disk full'),
      });
      expect(existsSync(`${copy.member}.part`)).toBe(false);
    } finally {
      execFileSync('umount', [small]);
    }
  });
});

test('measured: with a snapshot, neither no database nor one that is older is started on', async () => {
  const owner = ownerOf(directory, 'root');
  const { settings, copy } = place('measured');
  const plain = await lookAtBackup(host, withoutDb(etcdctlBackup(golden.withSnap.dataDir, 'measured/plain')));
  runOk(copyBackup(plain, { use: 'none', why: '' }, copy, owner));
  await expect(v2Of(copy.folder)).rejects.toThrow(/exit [12]|reset by peer/);
  const second = workCopy(settings, RUN, 2);
  const path = join(golden.noSnap.dataDir, 'member/snap/db');
  runOk(copyBackup(plain, { use: 'other', path }, second, owner));
  await expect(v2Of(second.folder)).rejects.toThrow(/exit [12]|reset by peer/);
});

test('a migration’s cold copy is restored after it, and holds v2 alone', async () => {
  const { layout, settings } = place('after');
  const copy = workCopy(settings, RUN, 1);
  for (const change of [
    coldBackup(layout, { description: '', configuration: [] }),
    setAside(layout),
    copyMember(layout, copy),
    migrateCopy(layout, copy, RUN),
  ])
    runOk(change);
  renameSync(copy.member, layout.member);
  const later = workCopy(settings, 'restore-2', 1);
  const facts = await lookAtBackup(host, layout.folder, settings);
  const db = await chooseDb(host, facts, { dataDir: settings.dataDir, dbFrom: null });
  runOk(copyBackup(facts, db, later, ownerOf(settings.dataDir, 'root')));
  expect(await v2Of(later.folder)).toEqual(contents(golden.withSnap.manifest));
});

async function make(name: string, flags: readonly string[]): Promise<Golden> {
  const etcd = await start({ directory: join(directory, name, 'etcd'), flags });
  await putV2(
    etcd,
    Array.from({ length: 30 }, (_, n) => [`/kubernetes.io/pods/p${n}`, `value ${n}`] as const),
  );
  const manifest = await readManifest(host, etcd, options);
  await etcd.stop();
  trimWal(join(etcd.dataDir, 'member/wal'));
  return { dataDir: etcd.dataDir, manifest };
}

async function start(given: Pick<StartOptions, 'directory' | 'flags'>): Promise<LocalEtcd> {
  const etcd = await startEtcd({ certs, ...given });
  running.push(etcd);
  return etcd;
}

/** The v2 content of a member, started as a cluster of its own. */
async function v2Of(dataDir: string, flags: readonly string[] = []): Promise<ReturnType<typeof contents>> {
  const etcd = await start({ directory: dataDir, flags: ['--force-new-cluster', ...flags] });
  const manifest = await readManifest(host, etcd, options);
  await etcd.stop();
  return contents(manifest);
}

/** Without indices: `etcdctl backup` leaves entries of the members out, so that later ones move down [measured, 3.4]. */
function contents({ entries }: Manifest): readonly (readonly [string, string])[] {
  return entries.map(({ key, valueSha256 }) => [key, valueSha256]);
}

async function taint(dataDir: string): Promise<void> {
  const etcd = await start({ directory: dataDir, flags: ['--force-new-cluster'] });
  runOk(canaryPut(etcd, RUN));
  await etcd.stop();
}

function place(
  name: string,
  separateWal = false,
  of: 'withSnap' | 'noSnap' = 'withSnap',
): {
  readonly settings: { readonly dataDir: string; readonly walDir: string | null };
  readonly layout: ReturnType<typeof runLayout>;
  readonly copy: ReturnType<typeof workCopy>;
} {
  const settings = {
    dataDir: join(directory, name, 'etcd'),
    walDir: separateWal ? join(directory, name, 'wal', 'etcd') : null,
  };
  cpSync(golden[of].dataDir, settings.dataDir, { recursive: true, preserveTimestamps: true });
  if (settings.walDir !== null) {
    mkdirSync(join(directory, name, 'wal'));
    renameSync(join(settings.dataDir, 'member/wal'), settings.walDir);
  }
  return { settings, layout: runLayout(settings, RUN), copy: workCopy(settings, RUN, 1) };
}

function etcdctlBackup(dataDir: string, name: string): string {
  const to = join(directory, name);
  execFileSync('etcdctl', ['backup', '--data-dir', dataDir, '--backup-dir', to], {
    env: { ...process.env, ETCDCTL_API: '2' },
    stdio: 'ignore',
  });
  return to;
}

async function choose(
  backup: string,
  dataDir: string,
  dbFrom: string | null = null,
  on: ReadHost = host,
): Promise<DbChoice> {
  return chooseDb(on, await lookAtBackup(on, backup), { dataDir, dbFrom });
}

function ownerOf(like: string, user: string): Parameters<typeof copyBackup>[3] {
  return { user, group: null, like };
}

function runOk(change: Parameters<typeof runChange>[0], shell?: readonly string[]): void {
  expect(runChange(change, shell)).toMatchObject({ exit: 0 });
}

function withoutDb(backup: string): string {
  rmSync(join(backup, 'member/snap/db'));
  return backup;
}

function emptied(dir: string): string {
  rmSync(dir, { recursive: true });
  mkdirSync(dir);
  return dir;
}

function moved(dir: string, from: string, to: string): string {
  renameSync(join(dir, from), join(dir, to));
  return dir;
}

function linked(dir: string): string {
  symlinkSync('/etc/passwd', join(dir, 'member/snap/elsewhere'));
  return dir;
}

function lateWal(dir: string): string {
  const wal = join(dir, 'member/wal');
  return moved(dir, 'member/wal/' + only(wal), 'member/wal/0000000000000003-0000000000ffffff.wal');
}

function gapInWal(dir: string): string {
  const wal = join(dir, 'member/wal');
  cpSync(join(wal, only(wal)), join(wal, '0000000000000002-0000000000000010.wal'));
  return dir;
}

function only(wal: string): string {
  return readdirSync(wal)[0] ?? '';
}

function sums(path: string): string {
  return execFileSync('sh', [
    '-c',
    'cd "$1" && find . -type f -exec sha256sum {} + | sort',
    'sh',
    path,
  ]).toString();
}
