import Database from 'better-sqlite3';

/** SQLite itself, as durable as the store's: WAL, `synchronous=FULL`, a commit for each row. */
export interface RawInserts {
  insert(times: number): void;
  close(): void;
}

export function rawInserts(path: string): RawInserts {
  const db = new Database(path);
  for (const [pragma, is] of [
    ['journal_mode = WAL', 'wal'],
    ['synchronous = FULL', 2],
  ] as const) {
    db.pragma(pragma);
    const got: unknown = db.pragma(pragma.split(' ')[0] ?? '', { simple: true });
    if (got !== is) throw new Error(`${path}: ${pragma} gives ${String(got)}`);
  }
  db.exec('CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT NOT NULL)');
  const statement = db.prepare<[string]>('INSERT INTO rows (text) VALUES (?)');
  const text = 'x'.repeat(200);
  return {
    insert(times) {
      for (let i = 0; i < times; i += 1) statement.run(text);
    },
    close: () => db.close(),
  };
}
