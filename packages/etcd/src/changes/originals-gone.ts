import { sh, type Sh } from '@pawl/hosts';
import { there } from './fragments';
import type { RunLayout } from './layout';
import { absent, listFiles } from './set-aside';

/**
 * Prints which of the originals that a run has set aside are there no longer, a path a line. One that a mark says there never was is
 * not missed. Changes nothing.
 */
export function goneOriginalsScript(layout: RunLayout): Sh {
  const { original, originalWal } = layout;
  return sh.lines(
    there,
    missed(original, absent(layout, 'member')),
    originalWal === null ? sh`:` : missed(originalWal, absent(layout, 'wal')),
  );
}

const missed = (original: string, mark: string): Sh =>
  sh`if ! there ${original} && ! there ${mark}; then echo ${original}; fi`;

/**
 * Of originals that are not as they were recorded, once they should be back in their place: exit 0 where they are gone, and not one that
 * somebody wrote to. Nothing stands there then, or what the run itself had made, which moves away only where an original is to come back.
 */
export function originalGoneScript(layout: RunLayout, recorded: string): Sh {
  return sh`now=$(
${listFiles(layout)}
)
if [ -z "$now" ]; then exit 0; fi
if [ -e ${layout.v3} ] || printf '%s\n' "$now" | grep -q -F -x ${recorded.trimEnd()}; then exit 1; fi`;
}
