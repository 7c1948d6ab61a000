import { statfsSync } from 'node:fs';
import { cpus, release } from 'node:os';
import Database from 'better-sqlite3';

export interface Surroundings {
  readonly cpu: string;
  readonly cores: number;
  readonly kernel: string;
  readonly node: string;
  readonly sqlite: string;
  /** `tmpfs` syncs nothing: the figures say nothing then. */
  readonly fileSystem: string;
}

const FILE_SYSTEMS: Readonly<Record<number, string>> = {
  0xef53: 'ext4',
  0x58465342: 'xfs',
  0x9123683e: 'btrfs',
  0x01021994: 'tmpfs',
  0x794c7630: 'overlay',
};

export function surroundings(dir: string): Surroundings {
  const type = statfsSync(dir).type;
  const db = new Database(':memory:');
  const sqlite = String(db.prepare('SELECT sqlite_version()').pluck().get());
  db.close();
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    kernel: release(),
    node: process.version,
    sqlite,
    fileSystem: FILE_SYSTEMS[type] ?? `0x${type.toString(16)}`,
  };
}
