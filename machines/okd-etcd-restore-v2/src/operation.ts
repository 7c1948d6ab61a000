import { factsFrom, type Facts, type JournalRow, type JsonObject } from '@pawl/engine';
import type { ReadHands } from '@pawl/fleet';
import type { HostEntry, Inventory } from '@pawl/hosts';
import {
  allHosts,
  backupSeen,
  hostEntry,
  leftBehind,
  leftoversOf,
  outageClock,
  RUN_PREFIX,
  runsOnHosts,
  type CheckFacts,
  type Leftover,
  type OutageClock,
} from '@pawl/steps-etcd';
import { breakGlass } from './break-glass';
import { check, type CheckReport } from './check';
import { checkChoices } from './choices';
import { kinds } from './cleanup';
import { conclusion } from './conclusion';
import { costInWords } from './cost-in-words';
import { findCost } from './facts';
import { choicesFrom, type Flags } from './from-inventory';
import { okdEtcdRestoreV2 } from './machine';
import { originalsGone } from './originals';

/** The machine, and what a front end has to know of it. */
export const okdRestore = {
  id: okdEtcdRestoreV2.spec.id,
  title: okdEtcdRestoreV2.spec.title,
  runPrefix: RUN_PREFIX.restore,
  machine: okdEtcdRestoreV2,
  /** The operation that it takes back. */
  restores: 'okd-etcd-v2-to-v3',
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
    const cost = findCost({ facts: factsFrom(facts) });
    const { from, gone, reason } = checkChoices(choices);
    if (cost === undefined || facts['preflight/backup'] === undefined) return { notices: [] };
    return {
      dataBytes: backupSeen({ facts: factsFrom(facts) }, from.host).backup.bytes,
      notices: [
        ...costInWords(cost, Date.now()),
        ...(gone.length === 0 ? [] : [`Left out for good: ${gone.join(', ')} (${reason ?? ''}).`]),
        'The backup is started in a scratch directory first, beside whatever runs: one that does not restore stops the run before anything is stopped.',
        'The API is away from `stop-masters` to `start-masters`; running pods stay up.',
      ],
    };
  },
  runsOnHosts,
  conclusion: (choices: JsonObject, facts: Facts, outcome?: 'completed' | 'rolled-back'): readonly string[] =>
    conclusion(checkChoices(choices), facts, outcome),
  leftBehind: (choices: JsonObject, facts: Facts, host: string): string =>
    leftBehind({ choices: checkChoices(choices), facts }, host, 'put-in-place/promote'),
  breakGlass: (run: string, choices: JsonObject, facts: Facts): string =>
    breakGlass(run, checkChoices(choices), facts),
  leftovers: (
    choices: JsonObject,
    facts: Facts,
    hands: ReadHands,
    { run, dead }: { readonly run: string; readonly dead: readonly string[] },
  ): Promise<readonly Leftover[]> =>
    leftoversOf(kinds, { run, choices: checkChoices(choices), facts, said: { dead, remove: [] } }, hands),
  originalsGone: (
    choices: JsonObject,
    facts: Facts,
    hands: ReadHands,
    { run, dead }: { readonly run: string; readonly dead: readonly string[] },
  ): ReturnType<typeof originalsGone> =>
    originalsGone({ run, choices: checkChoices(choices), facts, said: { dead, remove: [] } }, hands),
  outage: (rows: readonly JournalRow[]): OutageClock => outageClock(rows),
};
