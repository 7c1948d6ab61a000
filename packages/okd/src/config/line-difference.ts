/** One line of a difference, as `diff` would show it. */
export interface ChangedLine {
  readonly sign: '-' | '+';
  /** 1-based: in the text before for `-`, after for `+`. */
  readonly line: number;
  readonly text: string;
}

/** The shortest difference between two texts, line by line. Written anew from both texts: it knows nothing of how the edit was made. */
export function lineDifference(before: string, after: string): readonly ChangedLine[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  let front = 0;
  while (front < old.length && front < now.length && old[front] === now[front]) front += 1;
  let back = 0;
  while (back < Math.min(old.length, now.length) - front && old.at(-1 - back) === now.at(-1 - back))
    back += 1;
  return middleDifference(
    old.slice(front, old.length - back),
    now.slice(front, now.length - back),
    front + 1,
  );
}

/** Longest common subsequence; the middle of a small edit is a few lines. */
function middleDifference(
  old: readonly string[],
  now: readonly string[],
  first: number,
): readonly ChangedLine[] {
  const common = lengths(old, now);
  const changes: ChangedLine[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      i += 1;
      j += 1;
    } else if (i < old.length && (j === now.length || at(common, i + 1, j) >= at(common, i, j + 1))) {
      changes.push({ sign: '-', line: first + i, text: old[i] ?? '' });
      i += 1;
    } else {
      changes.push({ sign: '+', line: first + j, text: now[j] ?? '' });
      j += 1;
    }
  }
  return changes;
}

function lengths(old: readonly string[], now: readonly string[]): readonly (readonly number[])[] {
  const table = Array.from({ length: old.length + 1 }, () => new Array<number>(now.length + 1).fill(0));
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      const row = table[i];
      if (row === undefined) continue;
      row[j] =
        old[i] === now[j] ? at(table, i + 1, j + 1) + 1 : Math.max(at(table, i + 1, j), at(table, i, j + 1));
    }
  }
  return table;
}

const at = (table: readonly (readonly number[])[], i: number, j: number): number => table[i]?.[j] ?? 0;
