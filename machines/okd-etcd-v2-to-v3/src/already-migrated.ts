import type { Facts, JsonObject } from '@pawl/engine';
import type { ReadHands } from '@pawl/fleet';
import { allHosts, changesData, isRestore, masterFacts } from '@pawl/steps-etcd';
import { type OkdChoices } from './choices';
import { etcdHost } from './facts';

export interface AlreadyMigrated {
  /** Everything points the same way. */
  readonly agrees: boolean;
  readonly evidence: JsonObject;
  /** What was found where, a sentence each: what speaks for it, what against. */
  readonly told: readonly string[];
}

/**
 * Whether the world says that this was done before. Undefined where nothing says so. It agrees where every master is
 * configured for v3, every member holds v3 data at about one revision, and every host keeps the record of one and the same
 * completed migration, which no restore has taken back; anything less is not a success to be repeated but something to be looked at.
 */
export async function alreadyMigrated(
  choices: OkdChoices,
  facts: Facts,
  hands: ReadHands,
): Promise<AlreadyMigrated | undefined> {
  const masters = choices.masters.map(({ name }) => ({
    name,
    backend: masterFacts({ facts }, name).config?.backend ?? 'unknown',
  }));
  const members = choices.etcd.map(({ name }) => ({ name, keys: etcdHost({ facts }, name).v3.keys }));
  const onV3 = masters.filter((m) => m.backend === 'v3');
  if (onV3.length === 0 && members.every((m) => m.keys === 0)) return undefined;
  const closed = await Promise.all(
    allHosts(choices).map(async ({ name }) => ({ host: name, runs: await hands.closedRuns(name) })),
  );
  const completed = closed.map(({ runs }) => migrationsThatStand(runs));
  const common = (completed[0] ?? []).filter((run) => completed.every((runs) => runs.includes(run)));
  const run = common.at(-1);
  return {
    agrees: run !== undefined && onV3.length === masters.length && members.every((m) => m.keys > 0),
    evidence: {
      run: run ?? null,
      masters,
      members,
      closedRuns: closed.map(({ host, runs }) => ({ host, runs: runs.map((r) => `${r.run} ${r.outcome}`) })),
    },
    told: [
      ...masters.map(({ name, backend }) => `${name} is configured for ${backend}`),
      ...members.map(({ name, keys }) => `${name} holds ${keys === 0 ? 'no' : keys} v3 keys`),
      ...closed.map(({ host, runs }) => `${host} ${recordsOf(runs)}`),
    ],
  };
}

type Closed = Awaited<ReturnType<ReadHands['closedRuns']>>;

function migrationsThatStand(runs: Closed): readonly string[] {
  const completed = runs.filter(({ outcome }) => outcome === 'completed');
  const restored = completed.filter(({ run }) => isRestore(run));
  return completed
    .filter(({ run }) => changesData(run) && !isRestore(run))
    .filter((end) => restored.every(({ at = '' }) => at < (end.at ?? '')))
    .map(({ run }) => run);
}

function recordsOf(runs: Closed): string {
  if (runs.length === 0) return 'keeps no record of any run of Pawl';
  return `keeps the record of ${runs.map(({ run, outcome, owner, at }) => `${run} (${[outcome, at, owner].filter((word) => word !== undefined).join(', ')})`).join(', ')}`;
}
