import { isUnfinished, PawlError, storeFacts, type Engine, type RunRecord, type Scope } from '@pawl/engine';
import { readHands, type ReadHands } from '@pawl/fleet';
import { HostError } from '@pawl/hosts';
import type { SetAsideRun } from '@pawl/steps-etcd';
import { join } from 'node:path';
import { checkChoices, type OkdChoices } from '../choices';
import { requireOriginals } from '../originals';
import { choicesFor } from './choices-for';
import { conclusionOf, driveRun } from './drive-run';
import { connectTo } from './look-at-hosts';
import type { MigrationResult, OkdMigrationOptions, RollBackOptions } from './okd-migration-api';
import { requireLastSeen } from './require-last';
import { requireSameHosts, runsOfCluster } from './runs-of-cluster';

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
  // Past the point of no return the loss is weighed, which asks the same.
  if (isUnfinished(record) && engine.status(run).direction === 'forward')
    await askHosts(options, record, dead, originalsAreThere);
  if (record.state === 'completed') await askHosts(options, record, dead, requireLastSeen);
  return driveRun(options, engine, run, asked, () =>
    engine.rollback({
      ...{ run, takeOver },
      ...(reason !== undefined && { reason }),
      ...(dead !== undefined && { dead }),
      ...(acceptDataLoss !== undefined && { acceptDataLoss }),
    }),
  );
}

/** Before the way back has begun. @throws what `ask` throws */
async function askHosts(
  options: OkdMigrationOptions,
  { run, choices: made }: RunRecord,
  dead: readonly string[] = [],
  ask: (scope: SetAsideRun & Scope<OkdChoices>, hands: ReadHands) => Promise<void>,
): Promise<void> {
  const [choices, facts] = [checkChoices(made), storeFacts(options.store, run)];
  const hosts = connectTo(options, choices);
  try {
    const hands = readHands(hosts, run, join(options.runsDir, run));
    await ask({ run, choices, facts, said: { dead, remove: [] } }, hands);
  } finally {
    await hosts.close();
  }
}

async function originalsAreThere(scope: SetAsideRun, hands: ReadHands): Promise<void> {
  try {
    await requireOriginals(scope, hands);
  } catch (error) {
    // The way back asks every host before it moves anything.
    if (!(error instanceof HostError)) throw error;
  }
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
