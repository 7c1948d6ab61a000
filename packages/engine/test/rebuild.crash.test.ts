import { cpSync } from 'node:fs';
import { verifyChain } from '@pawl/engine';
import { newFolder, removeFolders, RUN } from './machines/bench';
import { GO_ON, lostAt, pausedBeforeFinish, uninterrupted } from './machines/lost-database';

jest.setTimeout(240_000);
afterAll(removeFolders);

/** At every boundary of a machine that does everything the engine can: the process dies, and its database with it. */
describe('the database deleted, wherever the process died', () => {
  test('a rebuilt run goes on to the same end, and nothing has happened twice', async () => {
    const whole = await uninterrupted();
    let rebuilt = 0;
    for (const boundary of whole.passed) {
      const bench = await lostAt(boundary);
      if (bench === undefined) continue;
      rebuilt += 1;
      expect(await bench.engine.decide(GO_ON)).toMatchObject({ outcome: 'completed' });
      expect({ boundary, effects: bench.effects() }).toEqual({ boundary, effects: whole.effects });
      expect(verifyChain(bench.store.journal(RUN), bench.store.head(RUN))).toMatchObject({ ok: true });
      bench.close();
    }
    tell(
      `forward: ${rebuilt} of ${whole.passed.length} points had made a job, each rebuilt and gone on with`,
    );
    expect(rebuilt).toBeGreaterThan(whole.passed.length / 2);
  });

  test('or takes its way back, but past the point of no return', async () => {
    for (const boundary of (await uninterrupted()).passed) {
      const bench = await lostAt(boundary);
      if (bench === undefined) continue;
      const crossed = bench.lines().some((line) => line.endsWith(' announce'));
      const back = await bench.engine.rollback({ run: RUN }).catch((error: unknown) => error);
      expect({ boundary, back }).toMatchObject({
        boundary,
        back: crossed ? { code: 'E_NO_WAY_BACK' } : { outcome: 'rolled-back' },
      });
      bench.close();
    }
  });

  test('on its way back: it is rebuilt there, or before it, and gets to its end', async () => {
    const paused = await pausedBeforeFinish();
    const whole = await uninterrupted('rollback', copyOf(paused));
    for (const boundary of whole.passed) {
      const bench = await lostAt(boundary, 'rollback', copyOf(paused));
      const { direction } = bench?.engine.status(RUN) ?? {};
      const back = await (direction === 'rollback'
        ? bench?.engine.decide(GO_ON)
        : bench?.engine.rollback({ run: RUN }));
      expect({ boundary, back }).toMatchObject({ boundary, back: { outcome: 'rolled-back' } });
      expect({ boundary, effects: bench?.effects() }).toEqual({ boundary, effects: whole.effects });
      bench?.close();
    }
  });
});

function copyOf(dir: string): string {
  const to = newFolder();
  cpSync(dir, to, { recursive: true });
  return to;
}

function tell(line: string): void {
  process.stdout.write(`lost databases: ${line}\n`);
}
