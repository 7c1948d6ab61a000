import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { onHost, treeOf } from './host-tree';

const [AHEAD, DATE] = ['/usr/local/lib/world/ahead', '/usr/local/bin/date'];

/** Sets a host's time of day so many seconds ahead of this machine's. The times of its files stay this machine's. */
export function setClock(dir: string, host: string, seconds: number): void {
  const tree = treeOf(dir, host);
  writeFileSync(onHost(tree, AHEAD), `${seconds}\n`);
  const date = `#!/bin/sh\nread -r ahead <${AHEAD}\nexec /bin/date -d "$ahead seconds" "$@"\n`;
  writeFileSync(onHost(tree, DATE), date, { mode: 0o755 });
}

/** Epoch milliseconds, as a host's daemons tell them. */
export function timeOn(tree: string): number {
  const ahead = onHost(tree, AHEAD);
  return Date.now() + (existsSync(ahead) ? Number(readFileSync(ahead, 'utf8')) * 1000 : 0);
}
