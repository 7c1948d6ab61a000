import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
  closeSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { verifyChain } from '@pawl/engine';
import { openStore, type OpenOptions } from '@pawl/store';
import { engineOn, MID_RUN, RUN, started } from './a-machine';
import { newFolder, newPath, removeFolders } from './store-folder';

afterAll(removeFolders);

const ALL = ['step-1', 'step-2', 'step-3', 'step-4', 'step-5'];
const asRoot = process.getuid?.() === 0 ? describe : describe.skip;

describe('a store that fails while a run goes on: the error says so, nothing is lost, the run goes on when it is mended', () => {
  test('locked by another program', async () => {
    const path = newPath();
    const holder = { db: undefined as Database.Database | undefined };
    const lock = (): void => {
      holder.db = new Database(path);
      holder.db.exec('BEGIN IMMEDIATE');
    };
    await failsThenGoesOn(path, 'E_STORE_LOCKED', lock, () => holder.db?.close());
  });

  asRoot('on a disk of its own', () => {
    test('a full disk', async () => {
      const mount = smallDisk();
      try {
        const filler = join(mount, 'filler');
        await failsThenGoesOn(
          join(mount, 'state', 'pawl.db'),
          'E_STORE_FULL',
          () => fill(filler),
          () => rmSync(filler),
        );
      } finally {
        execFileSync('umount', [mount]);
      }
    });
  });
});

describe('a store that can’t be used when the run is to go on', () => {
  test('damaged at its head: it is not touched, and the copy that is put back goes on', async () => {
    const path = await crashed();
    const copy = `${path}.copy`;
    copyFileSync(path, copy);
    overwrite(path, 0, 'this was a database once');
    refusedUntouched(path, 'E_STORE_CORRUPT');
    copyFileSync(copy, path);
    await goesOn(path);
  });

  test('damaged in a page of a table', async () => {
    const path = await crashed();
    const copy = `${path}.copy`;
    copyFileSync(path, copy);
    overwrite(path, startOf(path, 'runs'), '\u0000'.repeat(200));
    const store = openStore(path, { readonly: true });
    expect(() => store.load(RUN)).toThrow(expect.objectContaining({ code: 'E_STORE_CORRUPT' }) as Error);
    store.close();
    copyFileSync(copy, path);
    await goesOn(path);
  });

  test('with a row that holds no JSON any more', async () => {
    const path = await crashed();
    sql(path, "UPDATE runs SET checkpoint = '{' || checkpoint");
    const store = openStore(path);
    await expect(engineOn(store, []).resume({ run: RUN })).rejects.toMatchObject({ code: 'E_STORE_CORRUPT' });
    store.close();
    sql(path, 'UPDATE runs SET checkpoint = substr(checkpoint, 2)');
    await goesOn(path);
  });

  test('written by a newer Pawl', async () => {
    const path = await crashed();
    sql(path, "INSERT INTO migrations VALUES (9999, '9999_later.sql', 'x')");
    refusedUntouched(path, 'E_STORE_SCHEMA_NEWER');
    sql(path, 'DELETE FROM migrations WHERE number = 9999');
    await goesOn(path);
  });

  test('open to others', async () => {
    const path = await crashed();
    execFileSync('chmod', ['644', path]);
    refusedUntouched(path, 'E_STORE_MODE');
    execFileSync('chmod', ['600', path]);
    await goesOn(path);
  });

  asRoot('on a disk of its own', () => {
    test('a disk that takes no writes', async () => {
      const mount = smallDisk();
      try {
        const path = await crashed(join(mount, 'state', 'pawl.db'));
        execFileSync('mount', ['-o', 'remount,ro', mount]);
        refusedUntouched(path, 'E_STORE_READONLY');
        execFileSync('mount', ['-o', 'remount,rw', mount]);
        await goesOn(path);
      } finally {
        execFileSync('umount', [mount]);
      }
    });

    test('a full disk, on which a new database is to be made', () => {
      const mount = smallDisk();
      try {
        mkdirSync(join(mount, 'state'), { mode: 0o700 });
        fill(join(mount, 'filler'));
        expect(() => openStore(join(mount, 'state', 'pawl.db'))).toThrow(
          expect.objectContaining({ code: 'E_STORE_FULL' }) as Error,
        );
      } finally {
        execFileSync('umount', [mount]);
      }
    });
  });

  test('a path that is no place for a file', () => {
    const file = join(newFolder(), 'file');
    writeFileSync(file, '');
    expect(() => openStore(join(file, 'state', 'pawl.db'))).toThrow(
      expect.objectContaining({ code: 'E_STORE_OPEN' }) as Error,
    );
  });
});

/** Trouble comes between the effect of the third step and its outcome; that step runs again, none other does. */
async function failsThenGoesOn(
  path: string,
  code: string,
  break_: () => void,
  mend: () => void,
): Promise<void> {
  const options: OpenOptions = { busyTimeoutMs: 1 };
  const effects: string[] = [];
  const store = openStore(path, options);
  const before = { rows: 0 };
  const engine = engineOn(store, effects, (name) => {
    if (name !== MID_RUN) return;
    before.rows = store.journal(RUN).length;
    break_();
  });
  await expect(engine.start(started)).rejects.toMatchObject({ code, hint: expect.any(String) as string });
  mend();
  // What was committed before is there, whole, and nothing of what could not be.
  const rows = store.journal(RUN);
  expect(rows).toHaveLength(before.rows);
  expect(verifyChain(rows, store.head(RUN))).toMatchObject({ ok: true });
  store.close();
  expect(effects).toEqual(['step-1', 'step-2', 'step-3']);
  await goesOn(path, effects, ['step-1', 'step-2', 'step-3', 'step-3', 'step-4', 'step-5']);
}

/** A run whose process died in the middle of it. */
async function crashed(path = newPath()): Promise<string> {
  const store = openStore(path);
  const crash = (name: string): void => {
    if (name === MID_RUN) throw new Error('crash');
  };
  await expect(engineOn(store, [], crash).start(started)).rejects.toThrow('crash');
  store.close();
  return path;
}

async function goesOn(path: string, effects: string[] = [], all = ALL.slice(2)): Promise<void> {
  const store = openStore(path);
  expect(await engineOn(store, effects).resume({ run: RUN })).toMatchObject({ outcome: 'completed' });
  expect(effects).toEqual(all);
  expect(verifyChain(store.journal(RUN), store.head(RUN))).toMatchObject({ ok: true });
  store.close();
}

/** For writing and for reading; the database is as it was. */
function refusedUntouched(path: string, code: string): void {
  const before = readFileSync(path);
  expect(() => openStore(path)).toThrow(expect.objectContaining({ code }) as Error);
  if (code !== 'E_STORE_READONLY') {
    expect(() => openStore(path, { readonly: true })).toThrow(expect.objectContaining({ code }) as Error);
  }
  expect(readFileSync(path).equals(before)).toBe(true);
}

function smallDisk(): string {
  const mount = newFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=0700', 'pawl-test', mount]);
  return mount;
}

function fill(path: string): void {
  const file = openSync(path, 'w');
  const block = Buffer.alloc(4096);
  try {
    for (;;) writeSync(file, block);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(file);
  }
}

function overwrite(path: string, at: number, text: string): void {
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.from(text), 0, undefined, at);
  closeSync(file);
}

/** Where a table's first page begins in the file. */
function startOf(path: string, table: string): number {
  const db = new Database(path);
  const page = db
    .prepare<[string], number>('SELECT rootpage FROM sqlite_master WHERE name = ?')
    .pluck()
    .get(table);
  const size = Number(db.pragma('page_size', { simple: true }));
  db.close();
  return (Number(page) - 1) * size;
}

function sql(path: string, text: string): void {
  const db = new Database(path);
  db.exec(text);
  db.close();
}
