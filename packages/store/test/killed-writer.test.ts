import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { verifyChain } from '@pawl/engine';
import { openStore } from '@pawl/store';
import { aRun, newPath, removeFolders } from './store-folder';

afterAll(removeFolders);

const WRITER = join(__dirname, '../../../build/test/packages/store/test/fixtures/endless-writer.js');

test('a process killed in the middle of its commits leaves whole ones, and the next goes on from the last', async () => {
  const path = newPath();
  const store = openStore(path);
  store.create(aRun());
  let before = 0;
  for (let time = 0; time < 5; time += 1) {
    const child = spawn(process.execPath, [WRITER, path, 'r1', 'c1'], { stdio: 'inherit' });
    const exit = once(child, 'exit');
    while (store.head('r1').seq < before + 60) await wait(1);
    child.kill('SIGKILL');
    expect(await exit).toEqual([null, 'SIGKILL']);
    const { seq } = store.head('r1');
    const last = store.load('r1')?.checkpoint;
    // Three rows a commit after the first row; its intent, its facts and its checkpoint are those of its first row.
    expect((seq - 1) % 3).toBe(0);
    expect(last).toMatchObject({ seq, snapshot: { seq: seq - 2 } });
    expect(store.intents('r1', { open: true })).toEqual([]);
    expect(store.intents('r1')).toHaveLength((seq - 1) / 3);
    expect(store.fact('r1', 'p', 's', '-')).toEqual({ seq: seq - 2 });
    expect(verifyChain(store.journal('r1'), store.head('r1'))).toMatchObject({ ok: true, rows: seq });
    before = seq;
  }
  store.close();
});
