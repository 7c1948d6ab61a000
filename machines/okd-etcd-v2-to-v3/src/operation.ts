import type { Facts, JsonObject, JournalRow } from '@pawl/engine';
import type { ReadHands } from '@pawl/fleet';
import type { HostEntry, Inventory } from '@pawl/hosts';
import {
  allHosts,
  hostEntry,
  type CheckFacts,
  leftBehind,
  leftoversOf,
  outageClock,
  RUN_PREFIX,
  runsOnHosts,
  type Leftover,
  type OutageClock,
} from '@pawl/steps-etcd';
import { backupsOf } from './backups';
import { breakGlass } from './break-glass';
import { check, type CheckReport } from './check';
import { checkChoices, type OkdChoices, type TtlMode } from './choices';
import { kinds } from './cleanup';
import { conclusion } from './conclusion';
import type { ClusterFacts } from './facts';
import { choicesFrom, type Flags } from './from-inventory';
import { okdEtcdV2ToV3 } from './machine';
import { originalsGone } from './originals';

/** What users of the cluster will notice, and what they won't. */
const NOTICES = [
  'The API is away from `stop-masters` to `start-masters`: no oc, no console, no deployments, no scheduling.',
  'Running pods stay up and go on serving: nodes are not contacted, and nothing is scheduled or moved.',
  'Controllers stand still: failed pods are not replaced before the masters are back.',
];

/** The machine, and what a front end has to know of it: how an inventory becomes choices, and which figures are worth showing. */
export const okdMigration = {
  id: okdEtcdV2ToV3.spec.id,
  title: okdEtcdV2ToV3.spec.title,
  runPrefix: RUN_PREFIX.migration,
  machine: okdEtcdV2ToV3,
  /** Steps whose facts say where fences stand. */
  plantedBy: 'prepare/plant-fences',
  closedBy: ['finish/close-fences', 'fences-closed/close-fences', 'let-go/close-fences'],
  choices: (inventory: Inventory, flags: Flags): JsonObject => choicesFrom(inventory, flags),
  pointOfNoReturnName: (choices: JsonObject): string => checkChoices(choices).clusterName,
  hostsOf: (choices: JsonObject): readonly HostEntry[] => allHosts(checkChoices(choices)).map(hostEntry),
  check: (choices: JsonObject, hands: ReadHands, signal?: AbortSignal): Promise<CheckReport> =>
    check(checkChoices(choices), hands, signal),
  summary: (
    choices: JsonObject,
    facts: CheckFacts,
  ): { dataBytes?: number; keys?: number; notices: readonly string[] } => {
    const cluster = facts['preflight/cluster']?.['-'] as ClusterFacts | undefined;
    if (cluster === undefined) return { notices: NOTICES };
    return {
      dataBytes: cluster.v2.bytes,
      keys: cluster.v2.keys,
      notices: [...NOTICES, ...ttlNotice(checkChoices(choices), cluster)],
    };
  },
  runsOnHosts,
  conclusion: (choices: JsonObject, facts: Facts, outcome?: 'completed' | 'rolled-back'): readonly string[] =>
    conclusion(checkChoices(choices), facts, outcome),
  leftBehind: (choices: JsonObject, facts: Facts, host: string): string =>
    leftBehind({ choices: checkChoices(choices), facts }, host, 'migrate/promote'),
  breakGlass: (run: string, choices: JsonObject, facts: Facts): string =>
    breakGlass(run, checkChoices(choices), facts),
  leftovers: (
    choices: JsonObject,
    facts: Facts,
    hands: ReadHands,
    { run, dead }: { readonly run: string; readonly dead: readonly string[] },
  ): Promise<readonly Leftover[]> =>
    leftoversOf(kinds, { run, choices: checkChoices(choices), facts, said: { dead, remove: [] } }, hands),
  backupsOf: (choices: JsonObject, facts: Facts, run: string): ReturnType<typeof backupsOf> =>
    backupsOf(checkChoices(choices), facts, run),
  originalsGone: (
    choices: JsonObject,
    facts: Facts,
    hands: ReadHands,
    { run, dead }: { readonly run: string; readonly dead: readonly string[] },
  ): ReturnType<typeof originalsGone> =>
    originalsGone({ run, choices: checkChoices(choices), facts, said: { dead, remove: [] } }, hands),
  outage: (rows: readonly JournalRow[]): OutageClock => outageClock(rows),
};

function ttlNotice({ ttl }: OkdChoices, { v2 }: ClusterFacts): readonly string[] {
  if (v2.keysWithTtl === 0) return [];
  return [`${v2.keysWithTtl} of ${v2.keys} keys have a TTL (events, tokens, leases): ${KEEPS[ttl]}.`];
}

const KEEPS: Readonly<Record<TtlMode, string>> = {
  remaining: 'each keeps at least the time it had left, and at most 60 s or 2 % more',
  documented:
    'those under the five prefixes of the published procedure get its durations anew, all others keep what they had left',
  configured:
    'those under the five prefixes of the published procedure get the durations of the first master’s configuration anew, all others keep what they had left',
};
