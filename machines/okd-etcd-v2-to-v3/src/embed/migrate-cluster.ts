import { isUnfinished, PawlError, type Engine } from '@pawl/engine';
import { changesData, isRestore, refusals } from '@pawl/steps-etcd';
import type { CheckReport } from '../check';
import type { OkdChoices } from '../choices';
import { okdMigration } from '../operation';
import { checkResult } from './check-result';
import { choicesFor } from './choices-for';
import { driveRun } from './drive-run';
import { freeName } from './free-name';
import { lookAtHosts } from './look-at-hosts';
import type { MigrateOptions, MigrationResult, OkdMigrationOptions } from './okd-migration-api';
import { requireSameHosts, runsOfCluster } from './runs-of-cluster';

/** Goes on with the cluster's unfinished run, says that it was done before, or checks and starts one. */
export async function migrateCluster(
  options: OkdMigrationOptions,
  engine: Engine,
  asked: MigrateOptions,
): Promise<MigrationResult> {
  const { inventory, acceptPointOfNoReturn, pauseBefore, takeOver = false, signal } = asked;
  signal?.throwIfAborted();
  refuseName(asked.run);
  const choices = choicesFor(inventory, asked, acceptPointOfNoReturn);
  const before = pauseBefore === undefined ? {} : { pauseBefore };
  const unfinished = runsOfCluster(options.store, choices).find(isUnfinished);
  if (unfinished !== undefined) {
    requireSameHosts(unfinished, choices);
    const { run } = unfinished;
    return driveRun(options, engine, run, asked, () => engine.resume({ run, takeOver, ...before }));
  }
  const report = await lookAtHosts(options, choices, signal);
  const stopped = stoppedByCheck(choices, report) ?? notAccepted(choices);
  if (stopped !== undefined) return stopped;
  const { run = freeName(options, report) } = asked;
  const { id: machineId } = okdMigration;
  return driveRun(options, engine, run, asked, () => engine.start({ machineId, run, choices, ...before }));
}

/** Of a name alone the hosts' records tell what kind of run it was. @throws PawlError `E_USAGE` */
function refuseName(run = ''): void {
  if (changesData(run) && !isRestore(run)) return;
  throw new PawlError(
    'E_USAGE',
    `a migration can't be called ${run}: that is how another kind of run is called`,
    {
      hint: 'Any other name will do, or none.',
    },
  );
}

function stoppedByCheck(choices: OkdChoices, report: CheckReport): MigrationResult | undefined {
  const { outcome, findings, evidence } = checkResult(choices, report);
  if (outcome === 'ok') return undefined;
  if (outcome === 'already-completed') {
    const run = evidence?.['run'];
    return { ...NOTHING_DONE, outcome, run: typeof run === 'string' ? run : null, next: null };
  }
  const [first] = refusals(findings);
  return {
    ...NOTHING_DONE,
    findings,
    reason:
      first === undefined
        ? {
            code: 'E_CHECK_REFUSED',
            message: 'it looks completed, but the evidence does not agree',
            facts: evidence ?? {},
          }
        : {
            code: first.code,
            message: first.host === null ? first.message : `${first.host}: ${first.message}`,
            ...(first.hint === null ? {} : { hint: first.hint }),
          },
  };
}

function notAccepted({ acceptPointOfNoReturn, clusterName }: OkdChoices): MigrationResult | undefined {
  if (acceptPointOfNoReturn === clusterName) return undefined;
  return {
    ...NOTHING_DONE,
    reason: {
      code: 'E_NOT_CONSENTED',
      message: 'the point of no return was not accepted by its name; nothing was changed',
      hint: `Read the plan, then pass acceptPointOfNoReturn: '${clusterName}'.`,
    },
    next: 'plan',
  };
}

const NOTHING_DONE: MigrationResult = {
  outcome: 'refused',
  changed: false,
  run: null,
  phase: null,
  step: null,
  outageSeconds: null,
  reason: null,
  findings: [],
  conclusion: [],
  next: 'check',
};
