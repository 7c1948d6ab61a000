import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileBack } from '../../src/by-hand/by-hand-commands';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pawl file back-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const BEFORE = 'storage-backend: etcd2\n';
const sha256 = createHash('sha256').update(BEFORE).digest('hex');
/** What `sh` tells of a run that has left no pristine file on this machine. */
function typed(holds: string, digest: string | null): readonly (number | null)[] {
  const file = join(folder, 'master-config.yaml');
  writeFileSync(file, holds);
  return fileBack('a-run-that-never-was', file, digest).map(
    (line) => spawnSync('sh', ['-c', line], { stdio: 'ignore' }).status,
  );
}

test('a file that was never edited needs no original', () => {
  expect(typed(BEFORE, sha256)).toEqual([0, 0]);
});

test('an edit that stands, whose original somebody has removed, ends the way back there', () => {
  expect(typed('storage-backend: etcd3\n', sha256)).toEqual([0, 1]);
});

test('where nobody knows what stood there, nothing is compared', () => {
  expect(typed('storage-backend: etcd3\n', null)).toEqual([0]);
});
