import { factsFrom, type Facts } from '@pawl/engine';
import type { ReadHands } from '@pawl/fleet';
import { checkSteps, masterFacts, refuse, withHint, type CheckFacts, type Finding } from '@pawl/steps-etcd';
import { alreadyMigrated, type AlreadyMigrated } from './already-migrated';
import type { OkdChoices } from './choices';
import { judge } from './judge/judge';
import { preflight } from './phases/preflight';

const FAILED =
  'Where a migration has failed here and left etcd down: `pawl rollback --from DIR -i INVENTORY` restores v2 from the backup that it made (docs/recover.md).';

export interface CheckReport {
  /** Every finding at once; empty where nothing stands in the way. */
  readonly findings: readonly Finding[];
  readonly facts: CheckFacts;
  readonly alreadyCompleted?: AlreadyMigrated;
}

/** Runs the machine's own preflight steps outside of a run, and judges what they saw. Reads only. */
export async function check(
  choices: OkdChoices,
  hands: ReadHands,
  signal: AbortSignal = new AbortController().signal,
): Promise<CheckReport> {
  const { facts, stopped } = await checkSteps(preflight.steps, choices, hands, signal);
  if (stopped.length > 0) return { findings: withHint(stopped, 'E_ETCD_UNAVAILABLE', FAILED), facts };
  const already = await alreadyMigrated(choices, factsFrom(facts), hands);
  return {
    // What a migration leaves is what refuses another one: once it is explained, it is no finding.
    findings:
      already?.agrees === true
        ? []
        : [...disagreement(choices, factsFrom(facts), already), ...judge(choices, factsFrom(facts))],
    facts,
    ...(already === undefined ? {} : { alreadyCompleted: already }),
  };
}

/**
 * Some of what a completed migration leaves is there, and some is not: told as a whole, so that a person can judge. Where every
 * master is on v2, the v3 data is what has to be explained, and its own finding does.
 */
function disagreement(
  { masters }: OkdChoices,
  facts: Facts,
  already: AlreadyMigrated | undefined,
): readonly Finding[] {
  if (already === undefined) return [];
  if (masters.every(({ name }) => masterFacts({ facts }, name).config?.backend === 'v2')) return [];
  return [
    refuse(
      'E_EVIDENCE',
      null,
      `it looks migrated, but what was found does not agree: ${already.told.join('; ')}`,
      'Where somebody removed /var/lib/pawl, put it back. Where the cluster was migrated without Pawl, and every master serves from v3, there is nothing to migrate. Else find out who began it: whoever did has the backups.',
    ),
  ];
}
