import { execFileSync } from 'node:child_process';
import path from 'node:path';
import {
  brokenRules,
  effectsOf,
  isEvidence,
  newWorld,
  openWorld,
  pictureOf,
  whyNoWorld,
  type World,
} from '.';
import { control, migrate, newBase, RUN, timesDone, type Base } from './a-world';

const may = whyNoWorld() === undefined ? test : test.skip;

let base: Base;
let world: World;

beforeEach(() => {
  base = newBase();
});

afterEach(async () => {
  await world.close();
  base.remove();
});

may(
  'a world that is copied goes on where it stood; taken back, all is as it was but the evidence',
  async () => {
    const [original, copy] = [path.join(base.dir, 'world'), path.join(base.dir, 'copy')];
    world = await newWorld(original, { etcd: 1 });
    await world.reboot('etcd1');
    await world.settle();
    expect(timesDone(world.effects())('start etcd at boot')).toBe(1);
    const before = world.picture();
    expect(await migrate(base, world, 'migrate')).toBe('paused');
    const paused = world.picture();
    await world.close();
    execFileSync('cp', ['-a', original, copy]);

    world = await openWorld(copy);
    expect(world.picture()).toEqual(paused);
    const { outcome } = await control(base, world, (engine) =>
      engine.rollback({ run: RUN, reason: 'a test' }),
    );
    expect(outcome).toBe('rolled-back');
    const done = timesDone(effectsOf(copy));
    expect([done(/^migrate/), done('start etcd'), done('stop etcd')]).toEqual([0, 2, 1]);
    expect(brokenRules(effectsOf(copy))).toEqual([]);
    expect(withoutEvidence(pictureOf(copy))).toEqual(before);
    expect(pictureOf(original)).toEqual(paused);
  },
);

const withoutEvidence = (picture: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map([...picture].filter(([key]) => !isEvidence(key)));
