import { createEngine, factsFrom, planSteps, type Engine } from '@pawl/engine';
import { createFleet, fleetPerRun, type ReadHands, type WorkHands } from '@pawl/fleet';
import { redactObject } from '@pawl/okd';
import { checkChoices } from '../choices';
import { okdEtcdV2ToV3 } from '../machine';
import { okdMigration } from '../operation';
import { checkResult } from './check-result';
import { choicesFor } from './choices-for';
import { driveRun } from './drive-run';
import { freeName } from './free-name';
import { connectTo, lookAtHosts } from './look-at-hosts';
import { migrateCluster } from './migrate-cluster';
import type { OkdMigration, OkdMigrationOptions } from './okd-migration-api';
import { rollBackCluster } from './roll-back-cluster';

/**
 * The migration for other automation, over one store. Connects to nothing and writes nothing before a method is called; any
 * number of clusters may be under way in it at once.
 */
export function createOkdMigration(options: OkdMigrationOptions): OkdMigration {
  const engine = engineFor(options);
  const plan: OkdMigration['plan'] = async (asked) => {
    const choices = choicesFor(asked.inventory, asked);
    const report = await lookAtHosts(options, choices, asked.signal);
    const run = freeName(options, report);
    const scope = { run, choices, facts: factsFrom(report.facts) };
    return { ...checkResult(choices, report), run, plan: planSteps(okdEtcdV2ToV3, scope) };
  };
  return {
    engine,
    plan,
    async check({ inventory, signal }) {
      const choices = choicesFor(inventory);
      return checkResult(choices, await lookAtHosts(options, choices, signal));
    },
    migrate: async (asked) => migrateCluster(options, engine, asked),
    rollback: async (asked) => rollBackCluster(options, engine, asked),
    resume: async (asked) => {
      const { run, takeOver = false, pauseBefore } = asked;
      const before = pauseBefore === undefined ? {} : { pauseBefore };
      return driveRun(options, engine, run, asked, () => engine.resume({ run, takeOver, ...before }));
    },
  };
}

function engineFor(options: OkdMigrationOptions): Engine {
  const { store, owners, runsDir, logger, signal, now } = options;
  const { plantedBy, closedBy } = okdMigration;
  return createEngine<ReadHands, WorkHands>({
    ...{ store, owners, redact: redactObject },
    machines: [okdEtcdV2ToV3],
    fleet: fleetPerRun(({ choices }) =>
      createFleet({ hosts: connectTo(options, checkChoices(choices)), runsDir, plantedBy, closedBy }),
    ),
    ...(logger !== undefined && { logger }),
    ...(signal !== undefined && { signal }),
    ...(now !== undefined && { now }),
  });
}
