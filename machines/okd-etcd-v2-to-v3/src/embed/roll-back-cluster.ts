import { PawlError, type Engine, type RunRecord } from '@pawl/engine';
import type { OkdChoices } from '../choices';
import { choicesFor } from './choices-for';
import { conclusionOf, driveRun } from './drive-run';
import type { MigrationResult, OkdMigrationOptions, RollBackOptions } from './okd-migration-api';
import { isUnfinished, requireSameHosts, runsOfCluster } from './runs-of-cluster';

/** Rolls the cluster's unfinished run back, or its last one, or says that it was. */
export async function rollBackCluster(
  options: OkdMigrationOptions,
  engine: Engine,
  asked: RollBackOptions,
): Promise<MigrationResult> {
  const { inventory, reason, dead, acceptDataLoss, takeOver = false } = asked;
  const choices = choicesFor(inventory);
  const record = runToTakeBack(options, choices, asked.run);
  requireSameHosts(record, choices);
  const { run } = record;
  if (record.state === 'rolled-back') return alreadyBack(options, run);
  return driveRun(options, engine, run, asked, () =>
    engine.rollback({
      ...{ run, takeOver },
      ...(reason !== undefined && { reason }),
      ...(dead !== undefined && { dead }),
      ...(acceptDataLoss !== undefined && { acceptDataLoss }),
    }),
  );
}

/** @throws PawlError `E_NO_RUN` */
function runToTakeBack(
  { store }: OkdMigrationOptions,
  choices: OkdChoices,
  named: string | undefined,
): RunRecord {
  const runs = runsOfCluster(store, choices);
  // One that was refused or given up says nothing about where the cluster stands.
  const last = runs.find(
    ({ state }) => state === 'completed' || state === 'rolled-back' || state === 'closed',
  );
  const found =
    named === undefined ? (runs.find(isUnfinished) ?? last) : runs.find(({ run }) => run === named);
  if (found !== undefined) return found;
  throw new PawlError(
    'E_NO_RUN',
    named === undefined
      ? `there is no run of ${choices.clusterName} in ${store.location}`
      : `there is no run ${named} of ${choices.clusterName} in ${store.location}`,
    { hint: 'Nothing was changed from here. Was it another database?' },
  );
}

function alreadyBack({ store }: OkdMigrationOptions, run: string): MigrationResult {
  return {
    ...{ outcome: 'already-rolled-back', changed: false, run },
    ...{ phase: null, step: null, outageSeconds: null, reason: null, findings: [], next: null },
    conclusion: conclusionOf(store, run, 'rolled-back'),
  };
}
