import type { JsonObject } from '@pawl/engine';
import type { BackupSeen, EtcdSetup } from '@pawl/steps-etcd';
import { settingsOf } from '../../../../test/machines/settings-of';
import { choicesOf, FROM } from './choices-of';

export const RUN = 'restore-20261124-1';
export const MIB = 1024 * 1024;

export type Seen = Record<string, Record<string, JsonObject>>;

/** What preflight leaves where nothing stands in the way, plain and changeable: a three-member cluster that serves from v3. */
export function factsOf(etcd = 3, masters = 2): Seen {
  const choices = choicesOf(etcd, masters);
  const each = (hosts: readonly { readonly name: string }[], of: (n: number) => object) =>
    Object.fromEntries(hosts.map(({ name }, index) => [name, structuredClone(of(index + 1)) as JsonObject]));
  return {
    'preflight/fences': each([...choices.etcd, ...choices.masters], () => ({ holder: null })),
    'preflight/machines': each([...choices.etcd, ...choices.masters], (n) => ({
      machine: `machine ${n}`,
      local: null,
    })),
    'preflight/etcd-hosts': each(choices.etcd, (n) => ({ ...setupOf(n), healthy: true, forcedBy: null })),
    'preflight/masters': each(choices.masters, () => ({
      version: 'openshift v3.6.173.0.5',
      units: ['origin-master-api.service', 'origin-master-controllers.service'],
      leftOver: [],
      configPath: '/etc/origin/master/master-config.yaml',
      configSha256: 'a'.repeat(64),
      config: { backend: 'v3' },
      refusals: [],
      edit: ['-     storage-backend:', '-     - etcd3'],
    })),
    'preflight/serving': each(choices.masters, () => ({ ready: true })),
    'preflight/backup': { etcd1: structuredClone(backupSeen()) as unknown as JsonObject },
    'preflight/cost': {
      '-': {
        v2: { keys: 90, written: 0 },
        v3: { keys: 100, written: 12 },
        since: '2026-11-02T03:12:00.000Z',
      },
    },
  };
}

/** Of those that only a run finds out, what plans ask for. */
export const laterFacts = (seen: Seen): Seen => ({
  ...seen,
  'stop-etcd/who-leads': { '-': { leader: 'etcd2' } },
});

function backupSeen(): BackupSeen {
  return {
    backup: {
      kind: 'etcdctl',
      path: FROM,
      member: `${FROM}/member`,
      wal: null,
      sums: null,
      manifest: null,
      description: null,
      snapIndices: [10_001],
      hasDb: true,
      bytes: 40 * MIB,
      links: [],
      takenAt: '2026-11-02T03:12:00.000Z',
    },
    db: { use: 'own' },
    manifestDigest: 'd'.repeat(64),
  };
}

function setupOf(n: number): EtcdSetup {
  return {
    settings: settingsOf(n),
    installed: { etcd: '3.1.9', etcdctl: '3.1.9' },
    memberBytes: 200 * MIB,
    freeBytes: 10_000 * MIB,
    memoryBytes: 8_000 * MIB,
    links: [],
    canMakeWal: true,
    foreignRuntime: [],
  };
}
