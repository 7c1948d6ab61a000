import { factsFrom, type Facts, type JsonObject } from '@pawl/engine';
import type { MasterFacts, RunHost } from '@pawl/steps-etcd';
import { settingsOf } from '../../../../test/machines/settings-of';
import type { OkdChoices } from '../../src/choices';
import type { ClusterFacts, EtcdHostFacts } from '../../src/facts';

/** A cluster as preflight sees it, where nothing stands in the way. Tests change one thing in it. */
export const RUN = 'okd-20261124-1';
export const MIB = 1024 * 1024;

export function choicesOf(etcd = 3, masters = 2): OkdChoices {
  const host = (name: string, last: number): RunHost => ({
    name,
    address: `192.0.2.${last}`,
    port: 22,
    user: 'pawl',
    become: true,
    privateKeyFile: '/home/o/.ssh/id_ed25519',
    connection: 'ssh',
  });
  return {
    clusterName: 'api.example.com',
    inventoryFile: '/etc/ansible/hosts',
    etcd: numbers(etcd).map((n) => host(`etcd${n}`, 10 + n)),
    masters: numbers(masters).map((n) => host(`master${n}`, 20 + n)),
    declared: [],
    ttl: 'remaining',
    onFailure: 'pause',
    maxOutageSeconds: null,
    acceptPointOfNoReturn: 'api.example.com',
  };
}

function etcdFacts(n: number): EtcdHostFacts {
  return {
    settings: settingsOf(n),
    installed: { etcd: '3.1.9', etcdctl: '3.1.9' },
    running: '3.1.9',
    links: [],
    canMakeWal: true,
    memberBytes: 200 * MIB,
    freeBytes: 10_000 * MIB,
    memoryBytes: 8_000 * MIB,
    foreignRuntime: [],
    v3: { revision: 1, keys: 0, neverUsed: true },
  };
}

function clusterFacts(etcd = 3): ClusterFacts {
  return {
    members: numbers(etcd).map((n) => ({
      id: `${n}f00`,
      name: settingsOf(n).memberName,
      peerUrls: settingsOf(n).initialAdvertisePeerUrls,
    })),
    unhealthy: [],
    alarms: [],
    v2: { keys: 3000, bytes: 30 * MIB, keysWithTtl: 120, directoriesWithTtl: 1, largestValue: 900_000 },
    tooLarge: [],
  };
}

function masterFacts(): MasterFacts {
  return {
    version: 'openshift v3.6.173.0.5',
    units: ['origin-master-api.service', 'origin-master-controllers.service'],
    leftOver: [],
    configPath: '/etc/origin/master/master-config.yaml',
    configSha256: 'a'.repeat(64),
    config: {
      backend: 'v2',
      prefixes: { kubernetes: '/kubernetes.io', openshift: '/openshift.io' },
      lifetimes: {
        events: 7200,
        masterLeases: 15,
        accessTokens: null,
        authorizeTokens: 300,
        controllers: 30,
      },
    } as MasterFacts['config'],
    refusals: [],
    edit: ['+   apiServerArguments:', '+     storage-backend:', '+     - etcd3'],
  };
}

export type Seen = Record<string, Record<string, JsonObject>>;

/** What preflight leaves, plain and changeable. */
export function preflightFacts(etcd = 3, masters = 2): Seen {
  const plain = (value: object): JsonObject => structuredClone(value) as JsonObject;
  const names = (prefix: string, count: number): readonly string[] =>
    numbers(count).map((n) => `${prefix}${n}`);
  const each = (hosts: readonly string[], of: (n: number) => object): Record<string, JsonObject> =>
    Object.fromEntries(hosts.map((name, index) => [name, plain(of(index + 1))]));
  return {
    'preflight/fences': each([...names('etcd', etcd), ...names('master', masters)], () => ({ holder: null })),
    'preflight/machines': Object.fromEntries(
      [...names('etcd', etcd), ...names('master', masters)].map((name) => [
        name,
        { machine: `${name} boot`, local: null },
      ]),
    ),
    'preflight/etcd-hosts': each(names('etcd', etcd), etcdFacts),
    'preflight/masters': each(names('master', masters), masterFacts),
    'preflight/cluster': { '-': plain(clusterFacts(etcd)) },
  };
}

/** The facts of a run up to its end, as far as plans ask for them. */
export function laterFacts(seen: Seen): Facts {
  return factsFrom({
    ...seen,
    'converge/read-manifest': {
      etcd1: { digest: 'd', keys: 3000, keysWithTtl: 120, bytes: 1, etcdIndex: 9, raftIndex: 11 },
    },
    'stop-etcd/read-again': { '-': { leader: 'etcd1', raftIndices: [3555, 3556, 3556] } },
    'set-aside/copy': { etcd1: { round: 1 } },
  });
}

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);
