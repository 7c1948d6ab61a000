import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { goneOriginalsScript, originalGoneScript, runLayout, type RunLayout } from '../../src';

let dir: string;
let layout: RunLayout;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pawl-gone-'));
  layout = runLayout({ dataDir: join(dir, 'etcd'), walDir: join(dir, 'wal', 'etcd') }, 'restore-20261124-1');
});
afterEach(() => rmSync(dir, { recursive: true }));

const file = (path: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
};
const missed = (): readonly string[] =>
  execFileSync('sh', ['-c', goneOriginalsScript(layout).text], { encoding: 'utf8' })
    .split('\n')
    .filter(Boolean);

test('what was set aside and is not there any more, the WAL of its own included', () => {
  const { original, originalWal } = layout;
  expect(missed()).toEqual([original, originalWal]);
  for (const path of [original, originalWal ?? '']) mkdirSync(path, { recursive: true });
  expect(missed()).toEqual([]);
});

test('one that never was is not missed: a mark says so', () => {
  for (const what of ['member', 'wal']) file(`${layout.folder}/original/${what}.absent`);
  expect(missed()).toEqual([]);
});

describe('not as it was recorded: gone, or written to?', () => {
  const db = (): string => join(layout.member, 'snap', 'db');
  const wal = (): string => join(layout.member, 'wal', '0.wal');
  const recorded = (): string => execFileSync('stat', ['-c', '%n %s %Y', db(), wal()], { encoding: 'utf8' });
  const isGone = (was: string): boolean =>
    spawnSync('sh', ['-c', originalGoneScript(layout, was).text]).status === 0;
  let was: string;
  beforeEach(() => {
    for (const path of [db(), wal()]) file(path);
    was = recorded();
  });

  test('nothing is there', () => {
    rmSync(layout.member, { recursive: true });
    expect(isGone(was)).toBe(true);
  });

  test('another one is there, none of whose files was recorded', () => {
    for (const path of [db(), wal()]) writeFileSync(path, 'of the run');
    expect(isGone(was)).toBe(true);
  });

  test('one file is another: somebody wrote to it', () => {
    writeFileSync(db(), 'more');
    expect(isGone(was)).toBe(false);
  });

  test('all are, and what the run made has moved away: then the original had come back', () => {
    for (const path of [db(), wal()]) writeFileSync(path, 'more');
    cpSync(layout.member, layout.v3, { recursive: true });
    expect(isGone(was)).toBe(false);
  });
});
