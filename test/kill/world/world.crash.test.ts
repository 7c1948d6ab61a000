import path from 'node:path';
import { okdRestore } from '@pawl/okd-etcd-restore-v2';
import { brokenRules, whyNoWorld } from '.';
import { ACCEPT, control, inventoryOf, newBase, timesDone, type Base } from './a-world';
import { newMigratedWorld } from './migrated-world';

const may = whyNoWorld() === undefined ? test : test.skip;

let base: Base;

beforeEach(() => {
  base = newBase();
});

afterEach(() => base.remove());

may('a migration does each thing once; a restore then brings v2 back', async () => {
  const world = await newMigratedWorld(path.join(base.dir, 'world'));
  try {
    const done = timesDone(world.effects());
    expect(done('migrate /var/lib/etcd/pawl-okd-1/copy-1')).toBe(1);
    expect(done(/^migrate/)).toBe(1);
    expect(done('force start /var/lib/etcd')).toBe(1);
    expect([done('member add etcd2.world'), done('member add etcd3.world'), done('join')]).toEqual([1, 1, 2]);
    expect(done('lease grant')).toBe(5);
    expect(done('start origin-master-api on v3')).toBe(1);

    const from = '/var/lib/etcd/pawl-okd-1/backup';
    const choices = okdRestore.choices(inventoryOf(world), { ...ACCEPT, from });
    const start = { machineId: okdRestore.id, run: 'restore-1', choices };
    expect((await control(base, world, (engine) => engine.start(start))).outcome).toBe('completed');
    const after = timesDone(world.effects());
    expect(after('start pawl-restore-1-scratch')).toBe(1);
    expect(after('start origin-master-api on v2')).toBe(2);
    expect(after(/^migrate/)).toBe(1);
    expect(brokenRules(world.effects())).toEqual([]);
  } finally {
    await world.close();
  }
});
