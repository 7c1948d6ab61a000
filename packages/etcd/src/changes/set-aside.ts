import { renameDirectory, sh, type Change, type Sh } from '@pawl/hosts';
import { refuse } from './fragments';
import type { RunLayout } from './layout';

/**
 * The member of a stopped and held etcd is renamed away, its separate WAL directory too: the original, never written again.
 * Recorded first: each file with size and time, so that the way back can prove that it is the same.
 *
 * Refused (exit 65) while a process has its db open. Durable when it returns. May happen twice: what is set aside stays so.
 */
export function setAside(layout: RunLayout): Change {
  return {
    what: `rename ${layout.member} to ${layout.original}`,
    record: {
      name: 'original-files',
      script: sh`find ${directories(layout)} -type f | sort | while IFS= read -r file; do stat -c '%n %s %Y' "$file"; done`,
    },
    script: sh.lines(
      refuse,
      sh`mkdir -p -m 0700 ${layout.folder}
db=${`${layout.member}/snap/db`}
if [ -e "$db" ]; then flock -n -x "$db" true || refuse "$db is in use by another process"; fi`,
      rename(layout.member, layout.original),
      layout.wal === null || layout.originalWal === null ? sh`` : rename(layout.wal, layout.originalWal),
    ),
  };
}

/** The way back: originals return to their place. Refused where a member stands there: move that aside first. */
export function putBack(layout: RunLayout): Change {
  return {
    what: `rename ${layout.original} back to ${layout.member}`,
    script: sh.lines(
      layout.wal === null || layout.originalWal === null ? sh`` : rename(layout.originalWal, layout.wal),
      rename(layout.original, layout.member),
    ),
  };
}

/** In a subshell: `renameDirectory` ends its script where there is nothing left to do. */
function rename(from: string, to: string): Sh {
  return sh`(${renameDirectory(from, to).script}
)`;
}

function directories(layout: RunLayout): readonly string[] {
  return layout.wal === null ? [layout.member] : [layout.member, layout.wal];
}
