import { sh, type Change, type Sh } from '@pawl/hosts';
import { refuse } from './fragments';
import type { RunLayout, WorkCopy } from './layout';

/**
 * A migrated work copy becomes the unit's own member, as `takeCopy` does it. The caller has judged the migrate job; here it
 * must at least have begun (exit 65 otherwise).
 */
export function promoteCopy(layout: RunLayout, copy: WorkCopy): Change {
  const { what, script } = takeCopy(layout, copy);
  return {
    what,
    script: sh.lines(
      refuse,
      sh`there ${`${copy.folder}/migrate-started`} || refuse ${`${copy.folder} was not migrated`}`,
      script,
    ),
  };
}

/**
 * Copy N becomes the unit's own member, by rename, the WAL first: a member without its WAL would be worse than none.
 *
 * Refused (exit 65) where a `member` is there already that this did not put there. Durable when it returns. May happen twice:
 * what has been renamed is left alone.
 */
export function takeCopy(layout: RunLayout, copy: WorkCopy): Change {
  return {
    what: `rename ${copy.member} to ${layout.member}`,
    script: sh.lines(
      refuse,
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
