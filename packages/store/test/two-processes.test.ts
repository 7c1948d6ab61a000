import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { verifyChain } from '@pawl/engine';
import { openStore } from '@pawl/store';
import { aRun, newPath, removeFolders } from './store-folder';

afterAll(removeFolders);

const WRITER = join(__dirname, '../../../build/test/packages/store/test/fixtures/writer.js');

test('two processes want one run: one gets it, the other is told, and the journal has one story', async () => {
  const path = newPath();
  const store = openStore(path);
  store.create(aRun('r1'));
  const said = await Promise.all([writer(path, 'r1', 'x', 20), writer(path, 'r1', 'y', 20)]);
  expect([...said].sort()).toEqual(['E_CLAIM_LOST', 'won']);
  const rows = store.journal('r1');
  const winner = said[0] === 'won' ? 'x' : 'y';
  expect(rows.slice(2).map((row) => row.data['by'])).toEqual(Array.from({ length: 20 }, () => winner));
  expect(verifyChain(rows)).toMatchObject({ ok: true, rows: 22 });
  store.close();
});

test('two processes with a run each write to one database at once, and wait for each other', async () => {
  const path = newPath();
  const store = openStore(path);
  store.create(aRun('r1', 'c1'));
  const other = aRun('r2', 'c2');
  store.create(other);
  store.claim('r2', 'c2', { ...other.claim, claim: 'c3' }, 'x');
  expect(await Promise.all([writer(path, 'r1', 'x', 100), writer(path, 'r2', 'y', 100, 'c3')])).toEqual([
    'won',
    'won',
  ]);
  expect(verifyChain(store.journal('r1'))).toMatchObject({ ok: true, rows: 102 });
  expect(verifyChain(store.journal('r2'))).toMatchObject({ ok: true, rows: 103 });
  store.close();
});

async function writer(path: string, run: string, claim: string, count: number, from = 'c1'): Promise<string> {
  const args = [WRITER, path, run, claim, String(count), from];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return stdout;
}
