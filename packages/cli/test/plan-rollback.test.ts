import { existsSync, statSync } from 'node:fs';
import type { RunRecord } from '@pawl/engine';
import { wayBackOf } from '../src/way-back';
import { toyCliMachine } from './toy/cli-machine';
import { ACCEPT, bench, CLUSTER, type Bench } from './toy/harness';

let b: Bench;
beforeEach(() => (b = bench()));
afterEach(() => b.clear());

const RUN = 'toy-20261124-1';
const run = `run -i {inventory} --db {db} ${ACCEPT}`;

interface WayBack {
  readonly from: string | null;
  readonly phases: readonly { readonly name: string }[];
}

test.each([
  ['look', []],
  ['stop', ['start-again']],
  ['convert', ['put-back', 'start-again']],
])('of a run before %s: from where it stands; no host is asked, nothing is written', async (phase, names) => {
  await b.pawl(`${run} --pause-before ${phase}`);
  const written = statSync(b.db).mtimeMs;
  const { exit, document } = await b.fitting('plan --rollback --db {db}');
  expect({ exit, ...document }).toMatchObject({
    exit: 0,
    outcome: 'planned',
    run: RUN,
    phase,
    next: `pawl rollback ${RUN} --db ${b.db}`,
    wayBack: { from: phase, pointOfNoReturn: { name: CLUSTER, at: 'start/start-units', crossed: false } },
  });
  expect((document['wayBack'] as WayBack).phases.map(({ name }) => name)).toEqual(names);
  expect(statSync(b.db).mtimeMs).toBe(written);
});

test('prints what rollback executes, and names every host', async () => {
  await b.pawl(`${run} --pause-before start`);
  const { stdout } = await b.pawl('plan --rollback --db {db}');
  const before = b.world.effects().length;
  await b.pawl('rollback --db {db} --yes');
  const done = b.world.effects().slice(before);
  expect(done).toHaveLength(2);
  for (const line of done) expect(stdout).toContain(`echo '${line}' >> effects`);
});

test('of a completed run it says that the point of no return is behind', async () => {
  await b.pawl(run);
  const { stdout } = await b.pawl(`plan --rollback ${RUN} --db {db}`);
  expect(stdout).toContain('The point of no return is behind');
  expect(stdout.replace(/\s+/g, ' ')).toContain(`nothing is done without --accept-data-loss ${CLUSTER}`);
});

test('of a run that was rolled back there is none: exit 3', async () => {
  await b.pawl(`${run} --pause-before start`);
  await b.pawl('rollback --db {db} --yes');
  expect(await b.fitting(`plan --rollback ${RUN} --db {db}`)).toMatchObject({
    exit: 3,
    document: { error: { code: 'E_NO_WAY_BACK' } },
  });
});

test.each(['forward', 'rollback'])(
  'of a run that stands in a phase (%s) which this release does not have there is none, and no wrong one is shown',
  (direction) => {
    const value = { [direction]: { 'long-gone': { step: 'paused' } } };
    const record = { run: RUN, state: 'paused', choices: {}, checkpoint: { snapshot: { value } } };
    const store = { intents: () => [], fact: () => undefined, factsOf: () => new Map() };
    expect(() => wayBackOf(toyCliMachine(b.world), store, record as unknown as RunRecord)).toThrow(
      expect.objectContaining({ code: 'E_NO_WAY_BACK' }),
    );
  },
);

test('for an inventory: all of it, with what a check finds; no database is made', async () => {
  const { exit, document } = await b.fitting('plan --rollback -i {inventory} --db {db}');
  expect({ exit, ...document }).toMatchObject({ exit: 0, run: null, wayBack: { from: null } });
  expect((document['wayBack'] as WayBack).phases.map(({ name }) => name)).toEqual([
    'put-back',
    'start-again',
  ]);
  expect(existsSync(b.db)).toBe(false);
});

test('--script is the way back by hand, as it stands on the hosts, and nothing else', async () => {
  await b.pawl(`${run} --pause-before start`);
  const { exit, stdout } = await b.pawl('plan --rollback --script --db {db}');
  expect({ exit, stdout }).toEqual({
    exit: 0,
    stdout: `By hand, without Pawl, for ${RUN} of ${CLUSTER}:\n1. restart\n`,
  });
  expect((await b.fitting('plan --rollback --script --db {db}')).document['script']).toBe(stdout);
});

test.each([
  ['a run without --rollback', `plan ${RUN} --db {db}`],
  ['--script without --rollback', 'plan --script -i {inventory} --db {db}'],
  ['a phase that is none', 'plan --pause-before nowhere -i {inventory} --db {db}'],
])('%s is exit 2', async (_, line) => expect(await b.pawl(line)).toMatchObject({ exit: 2 }));

test('what was chosen is in the plan, and in the command that does it', async () => {
  const chosen = '--ttl documented --on-failure rollback --max-outage 90s --pause-before start';
  const { document } = await b.fitting(`plan -i {inventory} --db {db} ${chosen}`);
  expect(document).toMatchObject({
    plan: {
      chosen: { ttl: 'documented', onFailure: 'rollback', maxOutageSeconds: 90, pauseBefore: 'start' },
    },
    next: `pawl run -i ${b.inventory} ${chosen} ${ACCEPT} --db ${b.db}`,
  });
  const { stdout } = await b.pawl(`plan -i {inventory} --db {db} ${chosen}`);
  for (const text of [
    'go back, as long as that loses nothing',
    'at most 1 min 30 s',
    'documented',
    'before start',
  ])
    expect(stdout).toContain(text);
});
