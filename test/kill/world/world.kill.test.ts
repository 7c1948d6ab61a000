import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { brokenRules, isEvidence, newWorld, openWorld, pictureOf, whyNoWorld } from '.';
import { control, migrate, newBase, RUN, timesDone, type Base } from './a-world';

const may = whyNoWorld() === undefined ? test : test.skip;

let base: Base;

beforeEach(() => {
  base = newBase();
});

afterEach(() => base.remove());

may(
  'a world that is copied goes on where it stood; taken back, all is as it was but the evidence',
  async () => {
    const first = await newWorld(path.join(base.dir, 'world'), { etcd: 1 });
    const before = first.picture();
    expect(await migrate(base, first, 'migrate')).toBe('paused');
    const paused = first.picture();
    await first.close();
    const copy = path.join(base.dir, 'copy');
    execFileSync('cp', ['-a', first.dir, copy]);

    const world = await openWorld(copy);
    expect(world.picture()).toEqual(paused);
    const { outcome } = await control(base, world, (engine) =>
      engine.rollback({ run: RUN, reason: 'a test' }),
    );
    const done = timesDone(world);
    await world.close();
    expect(outcome).toBe('rolled-back');
    expect([done(/^migrate/), done('start etcd'), done('stop etcd')]).toEqual([0, 2, 1]);
    expect(brokenRules(world.effects())).toEqual([]);
    expect(withoutEvidence(pictureOf(copy))).toEqual(before);
    expect(pictureOf(first.dir)).toEqual(paused);
  },
);

const withoutEvidence = (picture: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map([...picture].filter(([key]) => !isEvidence(key)));
