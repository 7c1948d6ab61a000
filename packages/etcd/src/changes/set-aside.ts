import { renameDirectory, sh, type Change, type Sh } from '@pawl/hosts';
import { refuse } from './fragments';
import type { RunLayout } from './layout';

export interface SetAsideOptions {
  /** A playbook that failed has removed it: then a mark says that nothing was there, and the way back moves away what came. */
  readonly mayBeAbsent?: boolean;
}

/**
 * The member of a stopped and held etcd is renamed away, its separate WAL directory too: the original, never written again.
 * Recorded first: each file with size and time, so that the way back can prove that it is the same.
 *
 * Refused (exit 65) while a process has its db open. Durable when it returns. May happen twice: what is set aside stays so.
 */
export function setAside(layout: RunLayout, options: SetAsideOptions = {}): Change {
  const aside = (from: string, to: string, mark: string): Sh =>
    options.mayBeAbsent === true ? renameOrMark(from, to, mark) : rename(from, to);
  return {
    what: `rename ${layout.member} to ${layout.original}`,
    record: { name: ORIGINAL_FILES, script: listFiles(layout) },
    script: sh.lines(
      refuse,
      sh`mkdir -p -m 0700 ${layout.folder}
db=${`${layout.member}/snap/db`}
if [ -e "$db" ]; then flock -n -x "$db" true || refuse "$db is in use by another process"; fi`,
      aside(layout.member, layout.original, absent(layout, 'member')),
      layout.wal === null || layout.originalWal === null
        ? sh``
        : aside(layout.wal, layout.originalWal, absent(layout, 'wal')),
    ),
  };
}

/** The record of `setAside`, in the run's folder on the host. */
export const ORIGINAL_FILES = 'original-files';

/**
 * What stands in the originals' place is moved away, whole: it is the evidence of what was done, and holds what was written to
 * v3. Only where an original is set aside, or a mark says that there was none: elsewhere the member that stands there is the
 * original.
 *
 * Refused (exit 65) while a process has its db open. Durable when it returns. May happen twice: there is nothing left to move.
 */
export function setNewAside(layout: RunLayout): Change {
  return {
    what: `move what stands in ${layout.member} to ${layout.v3}`,
    script: sh.lines(
      refuse,
      sh`db=${`${layout.member}/snap/db`}
if { there ${layout.original} || there ${absent(layout, 'member')}; } && [ -e "$db" ]; then
  flock -n -x "$db" true || refuse "$db is in use by another process"
fi`,
      layout.wal === null || layout.originalWal === null || layout.v3Wal === null
        ? sh``
        : moveAway(layout.originalWal, absent(layout, 'wal'), layout.wal, layout.v3Wal),
      moveAway(layout.original, absent(layout, 'member'), layout.member, layout.v3),
      sh`sync`,
    ),
  };
}

function moveAway(original: string, mark: string, from: string, to: string): Sh {
  return sh`if { there ${original} || there ${mark}; } && there ${from}; then
  there ${to} && refuse ${`${from} and ${to} are both there`}
  (umask 077 && mkdir -p ${to.slice(0, to.lastIndexOf('/'))})
  mv -nT ${from} ${to}
  there ${from} && refuse ${`${from} could not be renamed`}
fi`;
}

/** Whether the originals that stand in their place again are as they were recorded. Changes nothing; exit 0 if so. */
export function sameOriginalsScript(layout: RunLayout, recorded: string): Sh {
  return sh`[ "$(
${listFiles(layout)}
)" = ${recorded.trimEnd()} ]`;
}

/** A line a file of what stands in the originals' place: name, size, time. */
export function listFiles(layout: RunLayout): Sh {
  return sh`for dir in ${directories(layout)}; do
  if [ -d "$dir" ]; then find "$dir" -type f; fi
done | sort | while IFS= read -r file; do stat -c '%n %s %Y' "$file"; done`;
}

/**
 * The way back: originals return to their place; where a mark says that there was none, none does. Refused where a member stands
 * there: move that aside first. `mayBeAbsent`: a host without a member that was not come to has nothing to be put back; else that is
 * refused, since an original that is nowhere is a loss.
 */
export function putBack(layout: RunLayout, { mayBeAbsent = false }: SetAsideOptions = {}): Change {
  return {
    what: `rename ${layout.original} back to ${layout.member}`,
    script: sh.lines(
      refuse,
      layout.wal === null || layout.originalWal === null
        ? sh``
        : back(layout.originalWal, absent(layout, 'wal'), layout.wal, mayBeAbsent),
      back(layout.original, absent(layout, 'member'), layout.member, mayBeAbsent),
    ),
  };
}

function back(original: string, mark: string, to: string, mayBeAbsent: boolean): Sh {
  const nothing = mayBeAbsent ? sh`! there ${original} && ! there ${to}` : sh`false`;
  return sh`if ${nothing}; then
  :
elif there ${mark}; then
  if there ${to}; then refuse ${`${to} is there, and there was none before`}; fi
else
  ${rename(original, to)}
fi`;
}

/** The mark, kept until the run's folder goes: after the way back, too, it tells a new member from an original. */
function renameOrMark(from: string, to: string, mark: string): Sh {
  return sh`if there ${from} || there ${to}; then
  there ${mark} && refuse ${`${from} is there, and was not when the others were set aside`}
  ${rename(from, to)}
else
  (umask 077 && mkdir -p ${mark.slice(0, mark.lastIndexOf('/'))})
  : >${mark}
  sync
fi`;
}

/** The mark that there was none. */
export function absent(layout: RunLayout, what: 'member' | 'wal'): string {
  return `${layout.folder}/original/${what}.absent`;
}

/** In a subshell: `renameDirectory` ends its script where there is nothing left to do. */
function rename(from: string, to: string): Sh {
  return sh`(${renameDirectory(from, to).script}
)`;
}

function directories(layout: RunLayout): readonly string[] {
  return layout.wal === null ? [layout.member] : [layout.member, layout.wal];
}
