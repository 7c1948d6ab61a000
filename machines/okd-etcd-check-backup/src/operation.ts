import { factsFrom, type Facts, type JournalRow, type JsonObject } from '@pawl/engine';
import type { ReadHands } from '@pawl/fleet';
import type { HostEntry, Inventory } from '@pawl/hosts';
import {
  allHosts,
  checkSteps,
  hostEntry,
  judgeRehearsal,
  outageClock,
  RUN_PREFIX,
  runsOnHosts,
  type CheckFacts,
  type Finding,
  type OutageClock,
} from '@pawl/steps-etcd';
import { checkChoices } from './choices';
import { choicesFrom, type Flags } from './from-inventory';
import { judge } from './judge';
import { okdEtcdCheckBackup } from './machine';

/** The machine, and what a front end has to know of it. */
export const okdCheckBackup = {
  id: okdEtcdCheckBackup.spec.id,
  title: okdEtcdCheckBackup.spec.title,
  runPrefix: RUN_PREFIX.proof,
  machine: okdEtcdCheckBackup,
  checksBackupsOf: 'okd-etcd-v2-to-v3',
  plantedBy: 'prepare/plant-fences',
  closedBy: ['finish/close-fences', 'fences-closed/close-fences'],
  choices: (inventory: Inventory, flags: Flags): JsonObject => choicesFrom(inventory, flags),
  pointOfNoReturnName: (choices: JsonObject): string => checkChoices(choices).clusterName,
  hostsOf: (choices: JsonObject): readonly HostEntry[] => allHosts(checkChoices(choices)).map(hostEntry),
  check: async (
    choices: JsonObject,
    hands: ReadHands,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<{ readonly findings: readonly Finding[]; readonly facts: CheckFacts }> => {
    const checked = checkChoices(choices);
    const [preflight] = okdEtcdCheckBackup.spec.phases;
    const { facts, stopped } = await checkSteps(preflight?.steps ?? [], checked, hands, signal);
    return { facts, findings: stopped.length > 0 ? stopped : judge(checked, factsFrom(facts)) };
  },
  summary: (): { readonly notices: readonly string[] } => ({
    notices: [
      'Nothing of the cluster is touched: a copy of each backup is started beside it, read, and removed.',
    ],
  }),
  runsOnHosts,
  /** Of each backup: that it restores, or what is wrong with it. */
  findings: (choices: JsonObject, facts: Facts): readonly Finding[] =>
    checkChoices(choices).backups.flatMap((backup) => judgeRehearsal(facts, backup)),
  conclusion: (choices: JsonObject, facts: Facts): readonly string[] =>
    okdCheckBackup.findings(choices, facts).map(({ host, message }) => `${host ?? ''}: ${message}.`),
  outage: (rows: readonly JournalRow[]): OutageClock => outageClock(rows),
};
