import type { Commit } from '@pawl/engine';
import { newFolder, openBench, removeFolders, RUN } from './machines/bench';
import { WIDE_CHOICES, wideMachine } from './machines/wide';

afterAll(removeFolders);

/** A crash between two commits would leave facts without the state that follows from them, or a state without its facts. */
test('an outcome and the state that follows from it are one commit', async () => {
  const commits: Commit[] = [];
  const bench = openBench(wideMachine(), newFolder(), { watch: (commit) => commits.push(commit) });
  await bench.engine.start({ machineId: 'wide', run: RUN, choices: WIDE_CHOICES });
  bench.close();
  const [, ...moving] = commits.filter(({ checkpoint }) => checkpoint !== undefined);
  expect(moving.length).toBeGreaterThan(5);
  for (const { entries } of moving) {
    const kinds = entries.map(({ kind }) => kind);
    expect(kinds.some((kind) => kind === 'outcome' || kind === 'answer')).toBe(true);
  }
  const closing = commits.filter(({ close = [] }) => close.length > 0);
  expect(closing.every(({ entries }) => entries.length > 0)).toBe(true);
});
