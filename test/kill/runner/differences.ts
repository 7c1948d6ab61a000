import type { State } from './recording';
import type { Effect } from './subject';

/** What is not as it was expected: a line each, `-` for what is missing, `+` for what is too much. */
export function differences(
  is: State,
  expected: State,
  excused: (key: string) => boolean = () => false,
): readonly string[] {
  const lines = (state: State): readonly string[] => [
    ...[...state.picture].filter(([key]) => !excused(key)).map(([key, value]) => `${key}: ${value}`),
    ...[...counted(state.effects)].map(([effect, count]) => `${count} × ${effect}`),
    ...standingLines(state),
  ];
  const [had, has] = [lines(expected), lines(is)];
  const [wanted, there] = [new Set(had), new Set(has)];
  return [
    ...had.filter((line) => !there.has(line)).map((line) => `- ${line}`),
    ...has.filter((line) => !wanted.has(line)).map((line) => `+ ${line}`),
  ];
}

/** Effects that happened more often than they may. */
export function tooOften(is: readonly Effect[], allowed: Counts): readonly string[] {
  return [...counted(is)]
    .map(([effect, count]) => ({ effect, count, of: allowed.get(effect) ?? 0 }))
    .filter(({ count, of }) => count > of)
    .map(({ effect, count, of }) => `${count} instead of at most ${of} × ${effect}`);
}

/** How often, by `HOST WHAT`. */
export type Counts = ReadonlyMap<string, number>;

function standingLines({ standing }: State): readonly string[] {
  if (standing === undefined) return [];
  const { state, checkpoint, intents, open, chain } = standing;
  // The world may be asked more often, and is, by whoever comes after a crash.
  const answered = intents.filter((line) => !line.includes('?@'));
  return [`the run is ${state}`, `checkpoint ${checkpoint}`, ...answered, `${open} open`, `chain ${chain}`];
}

export function counted(effects: readonly Effect[]): Counts {
  const counts = new Map<string, number>();
  for (const { host, what } of effects)
    counts.set(`${host} ${what}`, (counts.get(`${host} ${what}`) ?? 0) + 1);
  return counts;
}

export function sumOf(one: Counts, other: Counts): Counts {
  return new Map(
    [...one, ...other].map(([effect]) => [effect, (one.get(effect) ?? 0) + (other.get(effect) ?? 0)]),
  );
}

/** What was done between two states of one world. */
export function since(from: Counts, to: Counts): Counts {
  return new Map([...to].map(([effect, count]) => [effect, count - (from.get(effect) ?? 0)]));
}

/** The highest of each. */
export function mostOf(all: readonly Counts[]): Counts {
  const most = new Map<string, number>();
  for (const [effect, count] of all.flatMap((counts) => [...counts]))
    most.set(effect, Math.max(count, most.get(effect) ?? 0));
  return most;
}
