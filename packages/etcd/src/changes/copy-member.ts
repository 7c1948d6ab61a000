import { sh, type Change, type Sh } from '@pawl/hosts';
import { holdDb, neverHeldV3, refuse, sums } from './fragments';
import type { RunLayout, WorkCopy } from './layout';

/**
 * Makes work copy N of the original, which is neither written nor linked: `cp -a`, never links (a hard link corrupts the
 * original when migrate writes, measured), while the original's db is locked, then compared file by file.
 *
 * Refused (exit 65) where the original holds v3 data, or another process has it open. Durable when it returns: the whole copy
 * under its name. May happen twice: a copy that is there whole is left alone, one that was cut off is made anew.
 */
export function copyMember(layout: RunLayout, copy: WorkCopy): Change {
  return {
    what: `copy ${layout.original} to ${copy.member}`,
    deadlineMs: 3_600_000,
    script: sh.lines(
      refuse,
      sums,
      sh`there ${copy.discarded} && refuse ${`${copy.folder} was discarded: make another one`}
if there ${copy.member}; then echo ${`${copy.member} is there`}; exit 0; fi
there ${`${copy.folder}/migrate-started`} && refuse ${`${copy.folder} was migrated already`}
there ${layout.original} || refuse ${`${layout.original} is not there`}`,
      neverHeldV3(layout.original),
      holdDb(layout.original),
      sh`mkdir -p -m 0700 ${copy.folder}`,
      layout.originalWal === null || copy.wal === null
        ? sh``
        : copyWhole(layout.originalWal, copy.wal, `${copy.folder}/wal.sha256`),
      copyWhole(layout.original, copy.member, `${copy.folder}/member.sha256`),
      sh`printf 'files %s\nsha256 %s\n' "$(wc -l <${`${copy.folder}/member.sha256`})" "$(sha256sum <${`${copy.folder}/member.sha256`})"`,
    ),
  };
}

/** Beside, compared, synced, and only then under its name. What a crash cut off is thrown away: only this script makes it. */
function copyWhole(from: string, to: string, list: string): Sh {
  const part = `${to}.part`;
  return sh`if ! there ${to}; then
rm -rf ${part}
cp -a -T --reflink=auto ${from} ${part}
whole ${from} ${part} ${list}
sync
mv -nT ${part} ${to}
[ -d ${to} ]
sync
fi`;
}

/**
 * Moves a copy that is no good aside, as evidence; only the last such one is kept.
 * May happen twice: all of it, to the same end. Never: a copy that became the unit's own member is not there to be moved.
 */
export function discardCopy(copy: WorkCopy): Change {
  const older = Array.from({ length: copy.number - 1 }, (_, index) => index + 1);
  const names = older.flatMap((number) => [
    copy.discarded.replace(/[0-9]+$/, String(number)),
    ...(copy.wal === null
      ? []
      : [`${copy.wal.replace(/-copy-[0-9]+-wal$/, `-copy-${number}-wal`)}.discarded`]),
  ]);
  return {
    what: `move ${copy.folder} aside to ${copy.discarded}`,
    script: sh.lines(
      refuse,
      copy.wal === null
        ? sh``
        : sh`if there ${copy.wal}; then mv -nT ${copy.wal} ${`${copy.wal}.discarded`}; fi`,
      sh`if there ${copy.folder}; then mv -nT ${copy.folder} ${copy.discarded}; fi
there ${copy.discarded} || refuse ${`${copy.folder} is not there`}`,
      names.length === 0 ? sh`` : sh`rm -rf ${names}`,
      sh`sync`,
    ),
  };
}
