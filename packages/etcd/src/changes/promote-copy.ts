import { sh, type Change, type Sh } from '@pawl/hosts';
import { refuse } from './fragments';
import type { RunLayout, WorkCopy } from './layout';

/**
 * Work copy N becomes the unit's own member, by rename, the WAL first: a member without its WAL would be worse than none.
 * The caller has judged the migrate job; here it must at least have begun.
 *
 * Refused (exit 65) where a `member` is there already that this did not put there. Durable when it returns. May happen twice:
 * what has been renamed is left alone.
 */
export function promoteCopy(layout: RunLayout, copy: WorkCopy): Change {
  return {
    what: `rename ${copy.member} to ${layout.member}`,
    script: sh.lines(
      refuse,
      sh`there ${`${copy.folder}/migrate-started`} || refuse ${`${copy.folder} was not migrated`}`,
      layout.wal === null || copy.wal === null ? sh`` : take(copy.wal, layout.wal),
      take(copy.member, layout.member),
      sh`sync`,
    ),
  };
}

/** Done where the one is gone and the other is there; never onto anything. */
function take(from: string, to: string): Sh {
  return sh`if there ${from}; then
  there ${to} && refuse ${`${to} is there already`}
  mv -nT ${from} ${to}
fi
[ -d ${to} ] || refuse ${`neither ${from} nor ${to} is there`}
there ${from} && refuse ${`${from} could not be renamed`}
:`;
}
