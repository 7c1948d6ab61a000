import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseInventory } from '@pawl/hosts';
import { okdRestore } from '@pawl/okd-etcd-restore-v2';
import { okdMigration } from '@pawl/okd-etcd-v2-to-v3';
import { membershipRules } from './membership';
import type { Subject } from './runner/subject';
import {
  brokenRules,
  effectsOf,
  isEvidence,
  newWorld,
  openWorld,
  pictureOf,
  worldTransport,
  type WorldOptions,
} from './world';
import { newMigratedWorld } from './world/migrated-world';

/** Consent to the point of no return, and to a loss past it. */
const NAME = 'api.world';

/** Both machines that change a cluster; each on the smallest one, and on one whose members have to be joined. */
export const OKD_SUBJECTS: readonly Subject[] = [
  migration({ etcd: 1 }),
  migration({ etcd: 3, masters: 2 }),
  restore({ etcd: 1 }),
  restore({ etcd: 3, masters: 2 }),
];

function migration(shape: WorldOptions): Subject {
  return {
    ...onWorld(okdMigration, shape),
    run: 'okd-1',
    newWorld: (dir) => newWorld(dir, shape),
    choices: (dir) => okdMigration.choices(inventoryOf(dir), { acceptPointOfNoReturn: NAME }),
  };
}

/** Of a cluster that a run has migrated, and whose masters have written since. */
function restore(shape: WorldOptions): Subject {
  const from = '/var/lib/etcd/pawl-okd-1/backup';
  return {
    ...onWorld(okdRestore, shape),
    run: 'restore-1',
    newWorld: (dir) => newMigratedWorld(dir, shape),
    choices: (dir) => okdRestore.choices(inventoryOf(dir), { acceptPointOfNoReturn: NAME, from }),
  };
}

function onWorld(
  { id, machine, plantedBy, closedBy }: typeof okdMigration | typeof okdRestore,
  { etcd, masters = 1 }: WorldOptions,
): Omit<Subject, 'run' | 'newWorld' | 'choices'> {
  return {
    id: etcd === 1 ? id : `${id} on ${etcd ?? 0}+${masters}`,
    ...{ machine, plantedBy, closedBy },
    lossName: NAME,
    // The backup stays: it is the only v2 then.
    removes: ['original', 'copies'],
    openWorld,
    entries: (dir) => okdMigration.hostsOf(okdMigration.choices(inventoryOf(dir), {})),
    transport: worldTransport,
    effects: effectsOf,
    picture: pictureOf,
    isEvidence,
    brokenRules: (effects) => [...brokenRules(effects), ...membershipRules(effects)],
  };
}

function inventoryOf(dir: string): ReturnType<typeof parseInventory> {
  return parseInventory(readFileSync(join(dir, 'inventory'), 'utf8'), 'inventory');
}
