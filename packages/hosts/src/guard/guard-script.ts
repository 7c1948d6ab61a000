import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The guard as it is installed on a host: its text, and where it stands there under its own digest. */
export interface GuardScript {
  readonly text: Buffer;
  readonly sha256: string;
  readonly path: string;
}

let script: GuardScript | undefined;

/** Read once from the package's `scripts`, which lies beside `src` and `dist` alike. */
export function guardScript(): GuardScript {
  script ??= read();
  return script;
}

function read(): GuardScript {
  const text = readFileSync(join(__dirname, '..', '..', 'scripts', 'guard.sh'));
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { text, sha256, path: `/var/lib/pawl/host/guard-${sha256}` };
}
