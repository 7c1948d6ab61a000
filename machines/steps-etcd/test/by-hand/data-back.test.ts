import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataBack, type Member } from '../../src/by-hand/by-hand-commands';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'pawl-by-hand-'));
});
afterEach(() => {
  rmSync(dataDir, { recursive: true });
});

const at = (...path: readonly string[]): string => join(dataDir, ...path);
/** Typed line by line, as the README says: what begins with `!` prints nothing, and nothing fails. */
function typed(): readonly string[] {
  const member = { dataDir, walDir: null } as unknown as Member;
  return dataBack('r', member).flatMap((line) => {
    const { status, stdout } = spawnSync('sh', ['-c', line], { encoding: 'utf8' });
    return status === 0 && (!line.startsWith('!') || stdout === '') ? [] : [line];
  });
}

test('a host that had no member has none again: what came moves away', () => {
  mkdirSync(at('pawl-r', 'original'), { recursive: true });
  writeFileSync(at('pawl-r', 'original', 'member.absent'), '');
  mkdirSync(at('member'));
  for (let times = 0; times < 2; times++) expect(typed()).toEqual([]);
  expect([existsSync(at('member')), existsSync(at('pawl-r', 'by-hand', 'member'))]).toEqual([false, true]);
});

test('an original returns, and what stood in its place moves away', () => {
  mkdirSync(at('pawl-r', 'original', 'member', 'snap'), { recursive: true });
  mkdirSync(at('member', 'new'), { recursive: true });
  for (let times = 0; times < 2; times++) expect(typed()).toEqual([]);
  expect([existsSync(at('member', 'snap')), existsSync(at('pawl-r', 'by-hand', 'member', 'new'))]).toEqual([
    true,
    true,
  ]);
});

test('where neither is there nor a mark, it says so: an original that is nowhere is a loss', () => {
  expect(typed()).not.toEqual([]);
});
