import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { atStart } from './original-at-start';

let dir: string;
const at = (...parts: readonly string[]): string => path.join(dir, ...parts);

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'pawl-original-'));
  mkdirSync(at('member/snap'), { recursive: true });
  writeFileSync(at('member/snap/db'), 'v2 stands here');
});

afterEach(() => {
  rmSync(dir, { recursive: true });
});

function backUp(): void {
  mkdirSync(at('pawl-R/backup'), { recursive: true });
  const { stdout } = spawnSync('sh', ['-c', 'find . -type f -exec sha256sum {} + | sort'], {
    cwd: at('member'),
  });
  writeFileSync(at('pawl-R/backup/member.sha256'), stdout);
}

/** What is said at the start of etcd, if anything. */
function start(): string | undefined {
  const { status, stderr } = spawnSync('sh', ['-c', atStart(dir, at('said'))]);
  expect([status, stderr.toString()]).toEqual([0, '']);
  return existsSync(at('said')) ? readFileSync(at('said'), 'utf8') : undefined;
}

test('nothing was backed up, or the original is set aside: nothing is said', () => {
  expect(start()).toBeUndefined();
  backUp();
  mkdirSync(at('pawl-R/original'));
  renameSync(at('member'), at('pawl-R/original/member'));
  expect(start()).toBeUndefined();
});

test('an original that is what it was, and that etcd writes to after its start', () => {
  backUp();
  expect(start()).toBe('as in the backup\n');
  appendFileSync(at('member/snap/db'), '.');
  expect(start()).toBe('as in the backup\n');
});

test('one byte of it is another', () => {
  backUp();
  writeFileSync(at('member/snap/db'), 'v3 stands here');
  expect(start()).toMatch(/snap\/db/);
  expect(start()).not.toMatch(/as in the backup/);
});

test('a file more', () => {
  backUp();
  writeFileSync(at('member/snap/0.snap'), '');
  expect(start()).toMatch(/^> .*0\.snap$/m);
});
