import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { okdMigration } from '@pawl/okd-etcd-v2-to-v3';
import { differences } from './runner/differences';
import { copyOf, newFolder, removeFolders } from './runner/folders';
import { CONTROLLER } from './runner/order';
import type { State } from './runner/recording';
import { standingOf } from './runner/standing';
import { brokenRules, newWorld, openWorld, whyNoWorld } from './world';
import { ACCEPT, control, migrate, RUN } from './world/a-world';
import { setClock } from './world/host-clock';
import { onHost, treeOf } from './world/host-tree';

jest.setTimeout(10 * 60_000);
afterAll(removeFolders);

const may = whyNoWorld() === undefined ? describe.each : describe.skip.each;

const all = process.env['PAWL_KILL'] === 'all';

/** Between the manifest, which has times of day in it, and the leases that are made of them; or before each phase. */
const BEFORE = all ? okdMigration.machine.spec.phases.slice(1).map(({ name }) => name) : ['re-attach-ttls'];

const DAY = 86_400;

/** How it goes on, and how far etcd's host is set ahead: the master is set as far back. */
const WAYS = [
  ['completed', all ? [DAY, -DAY] : [DAY]],
  ['rolled-back', all ? [DAY, -DAY] : [-DAY]],
] as const;

may(BEFORE)('hosts whose clocks are set before %s', (phase) => {
  let stands: string;

  beforeAll(async () => {
    stands = path.join(newFolder(), 'stands');
    const world = await newWorld(stands, { etcd: 1 });
    mkdirSync(path.join(stands, CONTROLLER), { mode: 0o700 });
    try {
      expect(await migrate({ dir: path.join(stands, CONTROLLER) }, world, phase)).toBe('paused');
    } finally {
      await world.close();
    }
  });

  // Before the first fence no host has been told of the run: a way back from there leaves no time on any.
  const ways = WAYS.filter(([outcome]) => outcome === 'completed' || phase !== 'prepare');
  test.each(ways)('%s: nothing but times is another', async (outcome, jumps) => {
    const undisturbed = await endOf(stands, outcome, 0);
    for (const ahead of jumps)
      expect(differences(await endOf(stands, outcome, ahead), undisturbed)).toEqual([]);
  });
});

/** Goes on from a copy of what stands there, or back. */
async function endOf(stands: string, outcome: 'completed' | 'rolled-back', ahead: number): Promise<State> {
  const dir = await copyOf(stands, path.join(newFolder(), 'world'));
  const world = await openWorld(dir);
  try {
    if (ahead !== 0)
      for (const { name } of world.entries) setClock(dir, name, name.startsWith('etcd') ? ahead : -ahead);
    const ended = await control({ dir: path.join(dir, CONTROLLER) }, world, (engine) =>
      outcome === 'completed'
        ? engine.resume({ run: RUN })
        : engine.rollback({ run: RUN, acceptDataLoss: ACCEPT.acceptPointOfNoReturn }),
    );
    expect(ended.outcome).toBe(outcome);
    // As the guard on etcd's host has told the time.
    expect((closedAt(dir) - Date.now()) / (DAY * 1000)).toBeCloseTo(ahead / DAY, 1);
    expect(brokenRules(world.effects())).toEqual([]);
    return { standing: standingOf(dir, RUN), picture: world.picture(), effects: world.effects() };
  } finally {
    await world.close();
  }
}

function closedAt(dir: string): number {
  const record = readFileSync(onHost(treeOf(dir, 'etcd1'), `/var/lib/pawl/runs/${RUN}/closed`), 'utf8');
  return Date.parse(/^at (.*)$/m.exec(record)?.[1] ?? '');
}
