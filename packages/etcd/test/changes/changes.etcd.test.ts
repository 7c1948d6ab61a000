import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  attachLeases,
  canaryDelete,
  canaryIsThere,
  canaryPut,
  coldBackup,
  compareWithV3,
  copyMember,
  dataDirFacts,
  digestV3,
  discardCopy,
  joinerConf,
  leasesAttached,
  leaseWork,
  memberAdd,
  memberAdded,
  memberList,
  memberUpdatePeer,
  migrateCopy,
  OAUTH_PREFIXES,
  parseMemberChange,
  parseMigrate,
  planLeases,
  promoteCopy,
  putBack,
  readManifest,
  runLayout,
  sameContents,
  sameOriginalsScript,
  setAside,
  setNewAside,
  snapshotCountFor,
  snapshotStatus,
  takeCopy,
  v3State,
  verifyBackupScript,
  walkRaw,
  walkV3,
  workCopy,
  type KeyValue,
  type LeasePlan,
  type Manifest,
} from '../../src';
import {
  freePorts,
  makeCerts,
  requireEtcd,
  startEtcd,
  type LocalEtcd,
  type StartOptions,
} from '../helpers/local-etcd';
import { localHost } from '../helpers/local-host';
import { putV2, type V2Put } from '../helpers/put-v2';
import { sh, type Change } from '@pawl/hosts';
import { runChange, scratchDirectory, SHELLS } from '../helpers/run-change';
import { trimWal } from '../helpers/trim-wal';

jest.setTimeout(60_000);

const host = localHost();
const options = { secretPrefixes: OAUTH_PREFIXES };
const RUN = 'test-1';
const TOKEN = 'canary-fedcba9876543210';

let directory: string;
let certs: ReturnType<typeof makeCerts>;
/** A stopped member with v2 data, made once. */
let golden: {
  readonly dataDir: string;
  readonly ports: readonly [number, number];
  readonly manifest: Manifest;
};
const running: LocalEtcd[] = [];

beforeAll(async () => {
  requireEtcd();
  directory = scratchDirectory();
  certs = makeCerts(directory);
  const ports = await freePorts();
  const etcd = await start({ directory: join(directory, 'golden'), ports });
  await putV2(etcd, data());
  const manifest = await readManifest(host, etcd, options);
  await etcd.stop();
  trimWal(join(etcd.dataDir, 'member/wal'));
  golden = { dataDir: etcd.dataDir, ports, manifest };
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((etcd) => etcd.stop()));
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe.each(SHELLS.map((shell) => [shell.join(' '), shell] as const))('files, under %s', (_, shell) => {
  test('backed up, set aside, copied, migrated once, promoted; the original is as it was', async () => {
    const { layout, copy } = place(`files-${shell[0] ?? ''}`);
    const before = sums(layout.member);
    const backup = coldBackup(layout, {
      description: 'a member',
      configuration: [certs.ca, '/no/such/file'],
    });
    expect(runChange(backup, shell)).toMatchObject({
      exit: 0,
      stdout: expect.stringMatching(/^files \d+\nsha256 [0-9a-f]{64}/),
    });
    expect(runChange(backup, shell)).toMatchObject({ exit: 0, stdout: expect.stringContaining('is there') });
    expect(sums(`${layout.backup}/member`)).toBe(before);
    expect(readFileSync(`${layout.backup}/configuration${certs.ca}`)).toEqual(readFileSync(certs.ca));
    expect((await host.readScript(verifyBackupScript(layout))).exit).toBe(0);

    const aside = runChange(setAside(layout), shell);
    expect(aside).toMatchObject({ exit: 0, recorded: expect.stringContaining('/member/snap/db ') });
    const recorded = aside.recorded ?? '';
    expect(runChange(setAside(layout), shell).exit).toBe(0);
    expect(existsSync(layout.member)).toBe(false);
    expect(await snapshotStatus(host, `${layout.original}/snap/db`)).toMatchObject({ revision: 0 });

    mkdirSync(`${copy.member}.part/snap`, { recursive: true });
    expect(runChange(copyMember(layout, copy), shell)).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining('sha256'),
    });
    expect(runChange(copyMember(layout, copy), shell)).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining('is there'),
    });
    expect(sums(copy.member)).toBe(before);
    expect(runChange(promoteCopy(layout, copy), shell)).toMatchObject({
      exit: 65,
      stderr: expect.stringContaining('was not migrated'),
    });

    const migrated = runChange(migrateCopy(layout, copy, RUN), shell);
    expect(parseMigrate(migrated)).toMatchObject({ verdict: 'finished' });
    expect(sums(copy.member)).not.toBe(before);
    expect(runChange(migrateCopy(layout, copy, RUN), shell)).toMatchObject({
      exit: 65,
      stderr: expect.stringContaining('never migrated again'),
    });
    expect(statSync(`${copy.member}/snap/db`).uid).toBe(statSync(layout.original).uid);

    expect(runChange(promoteCopy(layout, copy), shell).exit).toBe(0);
    expect(runChange(promoteCopy(layout, copy), shell).exit).toBe(0);
    expect(await snapshotStatus(host, `${layout.member}/snap/db`)).toMatchObject({
      records: expect.any(Number),
    });
    expect(runChange(putBack(layout), shell).exit).toBe(65);
    const made = sums(layout.member);
    expect(runChange(setNewAside(layout), shell).exit).toBe(0);
    expect(existsSync(layout.member)).toBe(false);
    expect(sums(layout.v3)).toBe(made);
    expect(runChange(putBack(layout), shell).exit).toBe(0);
    expect(sums(layout.member)).toBe(before);
    expect((await host.readScript(sameOriginalsScript(layout, recorded))).exit).toBe(0);
    // Again, as after a crash: what stands there is the original now, and it stays.
    expect(runChange(setNewAside(layout), shell).exit).toBe(0);
    expect(runChange(putBack(layout), shell).exit).toBe(0);
    expect(sums(layout.member)).toBe(before);
    writeFileSync(join(layout.member, 'snap', 'stray'), '');
    expect((await host.readScript(sameOriginalsScript(layout, recorded))).exit).not.toBe(0);
  });
});

test.each(SHELLS)(
  'a member that is not there: marked, what came in its place moves away, none comes back; under %s',
  (...shell) => {
    const { layout, copy } = place(`absent-${shell[0] ?? ''}`, true);
    const tolerant = setAside(layout, { mayBeAbsent: true });
    rmSync(layout.member, { recursive: true });
    expect(runChange(setAside(layout), shell).exit).toBe(65);
    // Not come to yet: nothing is to be put back where that is known to be possible; else an original is lost.
    expect(runChange(putBack(layout), shell).exit).toBe(65);
    expect(runChange(putBack(layout, { mayBeAbsent: true }), shell).exit).toBe(0);
    const wal = sums(layout.wal ?? '');
    const aside = runChange(tolerant, shell);
    expect(aside.exit).toBe(0);
    expect(runChange(tolerant, shell).exit).toBe(0);
    expect([
      existsSync(layout.original),
      existsSync(layout.wal ?? ''),
      existsSync(layout.originalWal ?? ''),
    ]).toEqual([false, false, true]);
    const recorded = aside.recorded ?? '';

    mkdirSync(copy.folder);
    cpSync(join(golden.dataDir, 'member'), copy.member, { recursive: true });
    mkdirSync(copy.wal ?? '');
    expect(runChange(takeCopy(layout, copy), shell).exit).toBe(0);
    expect(runChange(tolerant, shell)).toMatchObject({
      exit: 65,
      stderr: expect.stringContaining('was not when the others were set aside'),
    });
    expect(runChange(putBack(layout), shell).exit).toBe(65);
    for (let times = 0; times < 2; times++) {
      expect(runChange(setNewAside(layout), shell).exit).toBe(0);
      expect(runChange(putBack(layout), shell).exit).toBe(0);
      expect([existsSync(layout.member), existsSync(layout.v3), existsSync(layout.v3Wal ?? '')]).toEqual([
        false,
        true,
        true,
      ]);
      expect(sums(layout.wal ?? '')).toBe(wal);
    }
    expect(execFileSync('sh', ['-c', sameOriginalsScript(layout, recorded).text]).length).toBe(0);
    mkdirSync(layout.member);
    writeFileSync(join(layout.member, 'stray'), '');
    expect(() => execFileSync('sh', ['-c', sameOriginalsScript(layout, recorded).text])).toThrow();
  },
);

test('where the member may be absent and is not, it is set aside and put back as ever', () => {
  const { layout } = place('not-absent');
  const before = sums(layout.member);
  const tolerant = setAside(layout, { mayBeAbsent: true });
  expect([runChange(tolerant).exit, runChange(tolerant).exit]).toEqual([0, 0]);
  expect(sums(layout.original)).toBe(before);
  expect([runChange(setNewAside(layout)).exit, runChange(putBack(layout)).exit]).toEqual([0, 0]);
  expect(sums(layout.member)).toBe(before);
});

test('a WAL directory of its own goes along', async () => {
  const { layout, copy, settings } = place('wal', true);
  const before = sums(layout.wal ?? '');
  expect(runChange(coldBackup(layout, { description: 'x', configuration: [] })).exit).toBe(0);
  expect(sums(`${layout.backup}/wal`)).toBe(before);
  expect((await host.readScript(verifyBackupScript(layout))).exit).toBe(0);
  expect(runChange(setAside(layout)).exit).toBe(0);
  expect(existsSync(layout.wal ?? '')).toBe(false);
  expect(runChange(copyMember(layout, copy)).exit).toBe(0);
  expect(parseMigrate(runChange(migrateCopy(layout, copy, RUN)))).toMatchObject({ verdict: 'finished' });
  expect(runChange(promoteCopy(layout, copy)).exit).toBe(0);
  expect(sums(layout.originalWal ?? '')).toBe(before);
  const etcd = await start({
    directory: settings.dataDir,
    ports: golden.ports,
    flags: ['--wal-dir', layout.wal ?? '', '--force-new-cluster'],
  });
  expect(
    await compareWithV3(golden.manifest, walkV3(host, etcd, options), { now: Date.now() }),
  ).toMatchObject({ equal: true });
  await etcd.stop();
  expect(runChange(setNewAside(layout)).exit).toBe(0);
  expect(runChange(putBack(layout)).exit).toBe(0);
  expect(sums(layout.wal ?? '')).toBe(before);
  expect(existsSync(layout.v3Wal ?? '')).toBe(true);
});

test('a store that is in use is neither copied, backed up, renamed nor migrated', async () => {
  const { layout, copy, settings } = place('in-use');
  await start({ directory: settings.dataDir, ports: golden.ports });
  const inUse = { exit: 65, stderr: expect.stringContaining('is in use by another process') };
  expect(runChange(coldBackup(layout, { description: '', configuration: [] }))).toMatchObject(inUse);
  expect(runChange(setAside(layout))).toMatchObject(inUse);
  expect(existsSync(layout.backup)).toBe(false);
  expect(existsSync(copy.folder)).toBe(false);
});

test('a copy or a backup that came out other than its original is refused, and has no name', () => {
  const { layout, copy } = place('damaged');
  // A disk that loses bytes, as far as a script can tell.
  const bad = sh`cp() {
  command cp "$@"
  for last; do :; done
  if [ -f "$last/snap/db" ]; then printf x >>"$last/snap/db"; fi
}`;
  const damaged = (change: Change): Change => ({ ...change, script: sh.lines(bad, change.script) });
  const backup = coldBackup(layout, { description: 'a member', configuration: [] });
  expect(runChange(damaged(backup))).toMatchObject({
    exit: 65,
    stderr: expect.stringContaining('is not what'),
  });
  expect(existsSync(layout.backup)).toBe(false);
  expect(runChange(setAside(layout)).exit).toBe(0);
  expect(runChange(damaged(copyMember(layout, copy)))).toMatchObject({
    exit: 65,
    stderr: expect.stringContaining('is not what'),
  });
  expect(existsSync(copy.member)).toBe(false);
});

test('an original that holds v3 data is neither copied nor migrated', async () => {
  const { layout, copy, settings } = place('tainted');
  const etcd = await start({ directory: settings.dataDir, ports: golden.ports });
  expect(runChange(canaryPut(etcd, RUN)).exit).toBe(0);
  expect(runChange(canaryDelete(etcd, RUN)).exit).toBe(0);
  await etcd.stop();
  expect(runChange(setAside(layout)).exit).toBe(0);
  expect(runChange(copyMember(layout, copy))).toMatchObject({
    exit: 65,
    stderr: expect.stringContaining('holds v3 data'),
  });
  mkdirSync(copy.folder, { recursive: true });
  cpSync(layout.original, copy.member, { recursive: true });
  expect(runChange(migrateCopy(layout, copy, RUN))).toMatchObject({
    exit: 65,
    stderr: expect.stringContaining('holds v3 data'),
  });
  expect(existsSync(`${copy.folder}/migrate-started`)).toBe(false);
});

test('a data directory that lies behind a link itself, as /var/lib/etcd on another disk does, is migrated like any other', () => {
  const { settings } = place('behind');
  const dataDir = `${settings.dataDir}-link`;
  execFileSync('ln', ['-s', settings.dataDir, dataDir]);
  const [layout, copy] = [
    runLayout({ dataDir, walDir: null }, RUN),
    workCopy({ dataDir, walDir: null }, RUN, 1),
  ];
  expect(runChange(setAside(layout)).exit).toBe(0);
  expect(runChange(copyMember(layout, copy)).exit).toBe(0);
  expect(parseMigrate(runChange(migrateCopy(layout, copy, RUN)))).toMatchObject({ verdict: 'finished' });
  expect(runChange(promoteCopy(layout, copy)).exit).toBe(0);
  expect(existsSync(`${settings.dataDir}/member/snap/db`)).toBe(true);
});

test('a copy that is linked to the original, or lies behind a link, is refused; discarded ones are kept, the last of them', () => {
  const { layout, copy, settings } = place('links');
  expect(runChange(setAside(layout)).exit).toBe(0);
  execFileSync('ln', ['-s', '/tmp', `${layout.original}/snap/elsewhere`]);
  expect(runChange(copyMember(layout, copy))).toMatchObject({
    exit: 65,
    stderr: expect.stringContaining('a link lies in'),
  });
  rmSync(`${layout.original}/snap/elsewhere`);
  const migrate = migrateCopy(layout, copy, RUN);
  mkdirSync(copy.folder.replace(/copy-1$/, 'real'), { recursive: true });
  rmSync(copy.folder, { recursive: true, force: true });
  execFileSync('ln', ['-s', copy.folder.replace(/copy-1$/, 'real'), copy.folder]);
  expect(runChange(migrate)).toMatchObject({
    exit: 65,
    stderr: expect.stringContaining('reached through a link'),
  });
  rmSync(copy.folder);
  expect(() => migrateCopy(layout, { ...copy, folder: settings.dataDir }, RUN)).toThrow(
    expect.objectContaining({ code: 'E_ETCD_REFUSED' }),
  );

  expect(runChange(copyMember(layout, copy)).exit).toBe(0);
  expect(runChange(discardCopy(copy)).exit).toBe(0);
  expect(runChange(discardCopy(copy)).exit).toBe(0);
  expect(runChange(copyMember(layout, copy))).toMatchObject({
    exit: 65,
    stderr: expect.stringContaining('was discarded'),
  });
  const second = workCopy(settings, RUN, 2);
  expect(runChange(copyMember(layout, second)).exit).toBe(0);
  expect(runChange(discardCopy(second)).exit).toBe(0);
  expect([existsSync(copy.discarded), existsSync(second.discarded)]).toEqual([false, true]);
});

test('forced, canary, leases; a joiner that has caught up, and one that is healthy and empty', async () => {
  // Side by side: a joiner of two members is silent for its first five seconds.
  await Promise.all([reformed(), emptyJoiner()]);
});

async function reformed(): Promise<void> {
  const { layout, copy, settings } = place('reform');
  for (const change of [
    setAside(layout),
    copyMember(layout, copy),
    migrateCopy(layout, copy, RUN),
    promoteCopy(layout, copy),
  ]) {
    expect(runChange(change).exit).toBe(0);
  }
  const forced = [
    '--force-new-cluster',
    '--snapshot-count',
    String(snapshotCountFor(golden.manifest.header.raftIndex)),
  ];
  expect((await dataDirFacts(host, layout.member)).snapIndices).toEqual([]);
  await (await start({ directory: settings.dataDir, ports: golden.ports, flags: forced })).stop();
  expect(await dataDirFacts(host, layout.member)).toMatchObject({
    snapIndices: [expect.any(Number)],
    brokenSnaps: 0,
    hasLinks: false,
  });
  const first = await start({ directory: settings.dataDir, ports: golden.ports });
  expect(await memberList(host, first)).toMatchObject([{ name: 'm1', peerUrls: [first.peerUrl] }]);

  expect(runChange(canaryPut(first, RUN))).toMatchObject({ exit: 0, stdout: 'tries 1\n' });
  expect(await canaryIsThere(host, first, RUN)).toBe(true);
  expect(runChange(canaryDelete(first, RUN)).exit).toBe(0);
  expect(await canaryIsThere(host, first, RUN)).toBe(false);

  await leases(first);
  await joins(first);
}

async function leases(etcd: LocalEtcd): Promise<void> {
  const { manifest } = golden;
  const plan = async (now = Date.now()): Promise<LeasePlan> => {
    const keys: KeyValue[] = [];
    for await (const kv of walkRaw(host, etcd, { keysOnly: true, limit: 50 })) keys.push(kv);
    return planLeases(manifest, keys, now, { kind: 'remaining' });
  };
  // Later than the shortest ones live.
  const planned = await plan(Date.now() + 30_000);
  expect(planned.counts).toEqual({ withTtl: 244, toLease: 234, toDelete: 10, leased: 0, gone: 0 });
  const work = await leaseWork(host, etcd, planned);
  expect(work).toMatchObject({ keys: 234, deletions: 10, tooLarge: [] });
  const change = attachLeases(etcd, work);
  expect(change.script.text).not.toContain(TOKEN);
  const [dash, busybox] = [SHELLS[0], ['busybox', 'sh']];
  const job = runChange(change, dash);
  expect(job).toMatchObject({ exit: 0, stderr: '' });
  expect(leasesAttached(job.stdout)).toMatchObject({ whole: true });
  const compared = await compareWithV3(manifest, walkV3(host, etcd, options), {
    now: Date.now() + 30_000,
    leases: { kind: 'remaining' },
  });
  expect(compared).toMatchObject({ equal: true, compared: manifest.entries.length - 10 });
  expect(compared.expired).toHaveLength(10);
  const again = await plan();
  expect(again.counts).toMatchObject({ toLease: 0, toDelete: 0, leased: 234 });
  // The same requests once more: every compare fails, nothing is written.
  expect(leasesAttached(runChange(change, busybox).stdout)).toMatchObject({ whole: false });
  const broken = runChange({ ...change, stdin: 'lease 1\ntxn\nnonsense\nend\n' }, busybox);
  expect(broken.exit).not.toBe(0);
}

async function joins(first: LocalEtcd): Promise<void> {
  const [client, peer] = await freePorts();
  const member = { name: 'm2', peerUrl: `https://127.0.0.1:${peer}` };
  const present = await memberList(host, first);
  const conf = joinerConf('ETCD_NAME=m2\n', { memberName: 'm2', peerUrl: member.peerUrl, present });
  const added = memberAdded(runChange(memberAdd(first, member), ['busybox', 'sh']));
  expect(added).toMatchObject({ verdict: 'done' });
  expect(memberAdded(runChange(memberAdd(first, member)))).toEqual({
    verdict: 'already',
    id: 'id' in added ? added.id : '',
  });
  const second = await start({
    directory: join(directory, 'joiner'),
    name: 'm2',
    ports: [client, peer],
    flags: ['--initial-cluster-state', 'existing'],
    initialCluster: /^ETCD_INITIAL_CLUSTER=(.*)$/m.exec(conf)?.[1] ?? '',
  });
  const { revision } = await v3State(host, first);
  const digest = await digestV3(host, first, { revision, limit: 37 });
  for (let tries = 0; tries < 100; tries++) {
    if ((await v3State(host, second)).revision >= revision) break;
  }
  for (const shell of SHELLS) {
    expect(sameContents(digest, await digestV3(localHost(shell), second, { revision, limit: 37 }))).toBe(
      true,
    );
  }
  await expect(digestV3(host, second, { revision: revision + 1000 })).rejects.toMatchObject({
    code: 'E_ETCD_REVISION',
  });
  const me = (await memberList(host, second)).find((found) => found.name === 'm1');
  expect(parseMemberChange(runChange(memberUpdatePeer(first, me?.id ?? '', first.peerUrl)))).toMatchObject({
    verdict: 'done',
  });
  expect(parseMemberChange(runChange(memberUpdatePeer(first, 'deadbeef', first.peerUrl)))).toMatchObject({
    reason: 'no-such-member',
  });
}

/** Without a `.snap` on the first member the joiner replays the log, in which migrate's writes are not. */
async function emptyJoiner(): Promise<void> {
  const { layout, copy, settings } = place('empty-joiner');
  for (const change of [
    setAside(layout),
    copyMember(layout, copy),
    migrateCopy(layout, copy, RUN),
    promoteCopy(layout, copy),
  ]) {
    expect(runChange(change).exit).toBe(0);
  }
  const ports = await freePorts();
  await (await start({ directory: settings.dataDir, ports, flags: ['--force-new-cluster'] })).stop();
  const first = await start({ directory: settings.dataDir, ports });
  // It still has the peer URL of its data.
  const [me] = await memberList(host, first);
  expect(me?.peerUrls).not.toEqual([first.peerUrl]);
  expect(parseMemberChange(runChange(memberUpdatePeer(first, me?.id ?? '', first.peerUrl)))).toMatchObject({
    verdict: 'done',
  });
  const [client, peer] = await freePorts();
  const peerUrl = `https://127.0.0.1:${peer}`;
  expect(runChange(memberAdd(first, { name: 'm2', peerUrl })).exit).toBe(0);
  const second = await start({
    directory: join(directory, 'empty-joiner-2'),
    name: 'm2',
    ports: [client, peer],
    flags: ['--initial-cluster-state', 'existing'],
    initialCluster: `m1=${first.peerUrl},m2=${peerUrl}`,
  });
  expect(await v3State(host, second)).toMatchObject({ keys: 0 });
  expect(await v3State(host, first)).toMatchObject({ keys: golden.manifest.entries.length });
}

async function start(asked: Omit<StartOptions, 'certs'>): Promise<LocalEtcd> {
  const etcd = await startEtcd({ certs, ...asked });
  running.push(etcd);
  return etcd;
}

/** A fresh copy of the stopped member, with its places. */
function place(
  name: string,
  separateWal = false,
): {
  readonly settings: { readonly dataDir: string; readonly walDir: string | null };
  readonly layout: ReturnType<typeof runLayout>;
  readonly copy: ReturnType<typeof workCopy>;
} {
  const settings = {
    dataDir: join(directory, name, 'etcd'),
    walDir: separateWal ? join(directory, name, 'wal', 'etcd') : null,
  };
  cpSync(golden.dataDir, settings.dataDir, { recursive: true });
  if (settings.walDir !== null) {
    mkdirSync(join(directory, name, 'wal'));
    execFileSync('mv', [join(settings.dataDir, 'member/wal'), settings.walDir]);
  }
  return { settings, layout: runLayout(settings, RUN), copy: workCopy(settings, RUN, 1) };
}

function sums(path: string): string {
  return execFileSync('sh', [
    '-c',
    'cd "$1" && find . -type f -exec sha256sum {} + | sort',
    'sh',
    path,
  ]).toString();
}

function data(): readonly V2Put[] {
  return [
    ['/kubernetes.io/namespaces/default', '{}'],
    ['/kubernetes.io/configmaps/odd', 'line "one"\n\u0000\\ ü 😀'],
    ...Array.from({ length: 220 }, (_, n): V2Put => [
      `/kubernetes.io/events/ns/e${n}`,
      `event "${n}"\n\\`,
      `?ttl=${3600 + n * 3}`,
    ]),
    ...Array.from({ length: 10 }, (_, n): V2Put => [`/kubernetes.io/events/short/e${n}`, 'soon', '?ttl=25']),
    ...Array.from({ length: 3 }, (_, n): V2Put => [
      `/kubernetes.io/events/large/e${n}`,
      'x'.repeat(400_000),
      '?ttl=7200',
    ]),
    ['/openshift.io/oauth/accesstokens/' + TOKEN, 'token', '?ttl=86400'],
    ['/kubernetes.io/ttldir', undefined, '?ttl=3600'],
    ...Array.from({ length: 10 }, (_, n): V2Put => [`/kubernetes.io/ttldir/k${n}`, String(n)]),
  ];
}
