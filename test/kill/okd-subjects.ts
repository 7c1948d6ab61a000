import { appendFileSync, readFileSync } from 'node:fs';
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
  isForcing,
  newWorld,
  openWorld,
  pictureOf,
  worldTransport,
  type WorldOptions,
} from './world';
import { onHost, treeOf } from './world/host-tree';
import { newMigratedWorld } from './world/migrated-world';

/** Consent to the point of no return, and to a loss past it. */
const NAME = 'api.world';

/** Both machines that change a cluster; each on the smallest one, and on one whose members have to be joined. */
export const OKD_SUBJECTS: readonly Subject[] = [
  migration({ etcd: 1 }),
  migration({ etcd: 3, masters: 2 }),
  { ...migration({ etcd: 1, migrateFails: true }), id: `${okdMigration.id}, started over` },
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

/** Of a cluster that a run has migrated, and whose masters have written since; somebody has left what forces a new cluster. */
function restore(shape: WorldOptions): Subject {
  const from = '/var/lib/etcd/pawl-okd-1/backup';
  return {
    ...onWorld(okdRestore, shape),
    run: 'restore-1',
    isEvidence: (key) => isEvidence(key) || isForcing(key),
    async newWorld(dir) {
      const world = await newMigratedWorld(dir, shape);
      appendFileSync(onHost(treeOf(dir, 'etcd1'), '/etc/etcd/etcd.conf'), 'ETCD_FORCE_NEW_CLUSTER=true\n');
      return world;
    },
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
