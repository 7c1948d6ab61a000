import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { PawlError, sha256 } from '@pawl/engine';

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
}

const LEDGER = `CREATE TABLE IF NOT EXISTS migrations (
  number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL) STRICT`;

/** The schema's files: inside the package, or, in the repository, at its top. */
export function readMigrations(folder = migrationsFolder()): readonly Migration[] {
  return readdirSync(folder)
    .filter((name) => /^\d{4}_.*\.sql$/.test(name))
    .sort()
    .map((name) => {
      const sql = readFileSync(join(folder, name), 'utf8');
      return { number: Number(name.slice(0, 4)), name, sql, sha256: sha256(sql) };
    });
}

/**
 * Brings a database up to this program's schema, in one transaction that other processes wait for.
 * @throws PawlError `E_STORE_SCHEMA_NEWER`, `E_STORE_SCHEMA_CHANGED`; nothing was changed then
 */
export function migrate(db: Database, location: string, migrations: readonly Migration[]): void {
  db.transaction(() => {
    db.exec(LEDGER);
    const applied = checkApplied(db, location, migrations);
    for (const { number, name, sql, sha256: sum } of migrations.slice(applied)) {
      db.exec(sql);
      db.prepare('INSERT INTO migrations (number, name, sha256) VALUES (?, ?, ?)').run(number, name, sum);
    }
  }).immediate();
}

/** For reading alone. @throws PawlError as above, and `E_STORE_SCHEMA_OLDER` */
export function requireSchema(db: Database, location: string, migrations: readonly Migration[]): void {
  const there = db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migrations'").get();
  const applied = there === undefined ? 0 : checkApplied(db, location, migrations);
  if (applied === migrations.length) return;
  throw new PawlError(
    'E_STORE_SCHEMA_OLDER',
    `${location} has an older schema than this Pawl reads, or none yet`,
    {
      hint: 'A command that may write, such as resume, brings it up to date.',
    },
  );
}

/** @returns how many of the migrations have been applied */
function checkApplied(db: Database, location: string, migrations: readonly Migration[]): number {
  const applied = db.prepare('SELECT number, name, sha256 FROM migrations ORDER BY number').all() as Omit<
    Migration,
    'sql'
  >[];
  const newer = applied.at(migrations.length);
  if (newer !== undefined) {
    throw new PawlError(
      'E_STORE_SCHEMA_NEWER',
      `${location} was written by a newer Pawl (its schema has ${newer.name})`,
      {
        hint: 'This program does not know what stands in it, so it keeps its hands off. Use the newer one; nothing was changed.',
        facts: { newest: applied.at(-1)?.name ?? '', known: migrations.at(-1)?.name ?? '' },
      },
    );
  }
  for (const [index, { number, name, sha256: sum }] of applied.entries()) {
    const mine = migrations[index];
    if (mine?.number === number && mine.sha256 === sum) continue;
    throw new PawlError(
      'E_STORE_SCHEMA_CHANGED',
      `${location} was made with another ${name} than this program's`,
      {
        hint: 'A released schema file is never edited. Use the program that made the database; nothing was changed.',
        facts: { migration: name },
      },
    );
  }
  return applied.length;
}

function migrationsFolder(): string {
  const packaged = join(__dirname, '..', 'migrations-db');
  return existsSync(packaged) ? packaged : join(__dirname, '..', '..', '..', 'migrations-db');
}
