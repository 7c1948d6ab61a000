import { readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

/** etcd makes its WAL files 64 MB long beforehand: too much to copy and to sum up in every test. */
export function trimWal(wal: string): void {
  for (const name of readdirSync(wal)) {
    const file = join(wal, name);
    if (name.endsWith('.tmp')) rmSync(file);
    else {
      const bytes = readFileSync(file);
      let used = bytes.length;
      while (used > 0 && bytes[used - 1] === 0) used--;
      truncateSync(file, Math.min(bytes.length, (Math.ceil(used / 4096) + 16) * 4096));
    }
  }
}
