import { chmodSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { openStore } from '@pawl/store';
import { networkFileSystem, refuseNetworkFileSystem } from '../src/local-file-system';
import { openDatabase } from '../src/open-database';
import { aRun, AT, newFolder, newPath, removeFolders } from './store-folder';

afterAll(removeFolders);

const code = (expected: string): unknown => expect.objectContaining({ code: expected });

describe('where it lies', () => {
  test('folder and files are made for their user alone, whatever the umask', () => {
    const path = newPath();
    const before = process.umask(0);
    try {
      const store = openStore(path);
      store.create(aRun());
      const modes = [dirname(path), path, `${path}-wal`, `${path}-shm`].map(
        (each) => statSync(each).mode & 0o777,
      );
      expect(modes).toEqual([0o700, 0o600, 0o600, 0o600]);
      store.close();
    } finally {
      process.umask(before);
    }
  });

  test('a folder that others can enter is refused', () => {
    const folder = join(newFolder(), 'wide');
    mkdirSync(folder);
    chmodSync(folder, 0o750);
    expect(() => openStore(join(folder, 'pawl.db'))).toThrow(code('E_STORE_MODE') as Error);
  });

  test('a file that others can read is refused', () => {
    const path = made();
    chmodSync(path, 0o640);
    expect(() => openStore(path)).toThrow(code('E_STORE_MODE') as Error);
    expect(() => openStore(path, { readonly: true })).toThrow(code('E_STORE_MODE') as Error);
  });

  test.each([
    [0x6969, 'NFS'],
    [0xff534d42 | 0, 'CIFS'],
    [0x01021997, '9p'],
    [0xef53, undefined],
    [0x01021994, undefined],
  ])('statfs type %s is %s', (type, name) => {
    expect(networkFileSystem('/x', () => type)).toBe(name);
  });

  test.each([
    ['fuse.sshfs', 'fuse.sshfs'],
    ['fuseblk', undefined],
    ['fuse.fuse-overlayfs', undefined],
    ['fuse.glusterfs', 'fuse.glusterfs'],
  ])('FUSE is told apart by the mount: %s', (type, name) => {
    const mounts = `1 0 8:1 / / rw - ext4 /dev/sda rw\n2 1 0:9 / /mnt/far\\040away rw - ${type} x rw\n3 1 8:2 / /mnt rw - xfs y rw\n`;
    expect(
      networkFileSystem(
        '/mnt/far away/pawl',
        () => 0x65735546,
        () => mounts,
      ),
    ).toBe(name);
  });

  test('a network file system is refused, and says which', () => {
    expect(() => refuseNetworkFileSystem('/home', 'NFS')).toThrow(code('E_STORE_NETWORK_FS') as Error);
    expect(() => refuseNetworkFileSystem('/tmp')).not.toThrow();
  });
});

describe('how it is opened', () => {
  test('durable: WAL, synced at every commit, keys checked', () => {
    const db = openDatabase(newPath());
    const pragma = (name: string): unknown => db.pragma(name, { simple: true });
    expect([pragma('journal_mode'), pragma('synchronous'), pragma('foreign_keys')]).toEqual(['wal', 2, 1]);
    expect([pragma('page_size'), pragma('wal_autocheckpoint')]).toEqual([2048, 2000]);
    db.close();
  });

  test('a file system that can’t do WAL is refused', () => {
    // An in-memory database has no WAL: SQLite says "memory" and goes on, which is what the read-back is for.
    const pragma = jest.spyOn(Database.prototype, 'pragma').mockReturnValue('memory');
    try {
      expect(() => openStore(newPath())).toThrow(code('E_STORE_PRAGMA') as Error);
    } finally {
      pragma.mockRestore();
    }
  });

  test('for reading alone it must be there, and takes no write', () => {
    expect(() => openStore(newPath(), { readonly: true })).toThrow(code('E_STORE_OPEN') as Error);
    const store = openStore(made(), { readonly: true });
    expect(store.load('r1')?.run).toBe('r1');
    expect(() => store.request('r1', 'pause', 'me', AT)).toThrow(code('E_STORE_READONLY') as Error);
    store.close();
  });
});

describe('what is wrong with it is said', () => {
  test('locked by another process', () => {
    const path = made();
    const store = openStore(path, { busyTimeoutMs: 1 });
    const holder = new Database(path);
    holder.exec('BEGIN IMMEDIATE');
    expect(() => store.request('r1', 'pause', 'me', AT)).toThrow(code('E_STORE_LOCKED') as Error);
    expect(() => openStore(path, { busyTimeoutMs: 1 })).toThrow(code('E_STORE_LOCKED') as Error);
    holder.exec('ROLLBACK');
    store.request('r1', 'pause', 'me', AT);
    expect(store.requests('r1')).toHaveLength(1);
    store.close();
    holder.close();
  });

  test('full: nothing of the commit stands, and it goes on when there is room', () => {
    const path = made();
    const store = openStore(path, { maxPages: pagesOf(path) });
    const entries = [{ kind: 'outcome' as const, data: { big: 'x'.repeat(1_000_000) } }];
    const commit = { run: 'r1', claim: 'c1', at: AT, entries, state: 'paused' as const };
    expect(() => store.commit(commit)).toThrow(code('E_STORE_FULL') as Error);
    expect(store.load('r1')?.state).toBe('running');
    store.close();
    const roomy = openStore(path);
    roomy.commit(commit);
    expect(roomy.journal('r1')).toHaveLength(2);
    roomy.close();
  });

  test('no database at all, or one cut short', () => {
    const path = newPath();
    mkdirSync(dirname(path), { mode: 0o700 });
    writeFileSync(path, 'a letter to a friend, longer than the header of a database'.repeat(20), {
      mode: 0o600,
    });
    expect(() => openStore(path)).toThrow(code('E_STORE_CORRUPT') as Error);
    const cut = made();
    truncateSync(cut, 4096);
    expect(() => openStore(cut)).toThrow(code('E_STORE_CORRUPT') as Error);
  });
});

describe('its schema', () => {
  test('a newer one is left alone, with a sentence that teaches', () => {
    const path = made();
    sql(path, "INSERT INTO migrations VALUES (2, '0002_later.sql', 'x')");
    const bytes = readFileSync(path);
    expect(() => openStore(path)).toThrow(/newer Pawl.*0002_later\.sql/);
    expect(() => openStore(path, { readonly: true })).toThrow(code('E_STORE_SCHEMA_NEWER') as Error);
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  test('one made from another file of the same number is refused', () => {
    const path = made();
    sql(path, "UPDATE migrations SET sha256 = 'other'");
    expect(() => openStore(path)).toThrow(code('E_STORE_SCHEMA_CHANGED') as Error);
  });

  test('an older one is not read as if it were this one', () => {
    const path = made();
    sql(path, 'DELETE FROM migrations');
    expect(() => openStore(path, { readonly: true })).toThrow(code('E_STORE_SCHEMA_OLDER') as Error);
  });

  test('the journal is never changed or deleted, by any program', () => {
    const path = made();
    expect(() => sql(path, "UPDATE journal SET data = '{}'")).toThrow(/append-only/);
    expect(() => sql(path, 'DELETE FROM journal')).toThrow(/append-only/);
  });
});

/** A database with one run. */
function made(): string {
  const path = newPath();
  const store = openStore(path);
  store.create(aRun());
  store.close();
  return path;
}

function pagesOf(path: string): number {
  const db = new Database(path);
  const pages = Number(db.pragma('page_count', { simple: true }));
  db.close();
  return pages;
}

function sql(path: string, text: string): void {
  const db = new Database(path);
  try {
    db.exec(text);
  } finally {
    db.close();
  }
}
