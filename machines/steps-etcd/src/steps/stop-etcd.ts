import { StepFailed, type Scope } from '@pawl/engine';
import { guardedStep, type GuardedStep } from '@pawl/fleet';
import { sh, stopAndHoldUnit, unitState } from '@pawl/hosts';
import type { ClusterChoices } from '../cluster-choices';
import { etcdSetup } from '../facts';
import { layoutOf } from '../layout-of';
import { notStopped } from './not-stopped';

export interface StopEtcd {
  readonly name: string;
  readonly title: string;
  readonly undoneBy: string;
  /** Stands in the hold, for whoever finds it. */
  readonly why: string;
  /**
   * What stands there is not needed to be the last word of a cluster: a leader that waits for a peer which is cut off does not stop
   * by itself (90 s until systemd kills it, measured on 3.4), and what a member has acknowledged is on its disk. Left out: it waits.
   */
  readonly hurry?: boolean;
  readonly targets: (scope: Scope<ClusterChoices>) => readonly string[];
}

const HURRY_SECONDS = 20;

/** Forward and on the way back: stopped means that no process is left, and that nobody has the database open. */
export function stopEtcdStep({
  name,
  title,
  undoneBy,
  why,
  hurry,
  targets,
}: StopEtcd): GuardedStep<ClusterChoices> {
  return guardedStep<ClusterChoices, undefined>({
    ...{ name, title, targets, undoneBy },
    verify: 'etcd is inactive, has no process, is held, and nobody has its database open',
    deadlineMs: 180_000,
    retry: { attempts: 2, delayMs: 2_000 },
    change: ({ run, facts }, target) =>
      stopAndHoldUnit(
        etcdSetup({ facts }, target).settings.unit,
        { run, why },
        hurry === true ? { killAfterSeconds: HURRY_SECONDS } : {},
      ),
    prove: async ({ run, hands, facts, target }, job) => {
      const { settings } = etcdSetup({ facts }, target);
      const host = hands.on(target);
      const state = await unitState(host, settings.unit);
      if (state.verdict !== 'held')
        throw new StepFailed('E_NOT_STOPPED', `${target}: ${state.unit} is ${state.active}/${state.sub}`, {
          where: target,
          hint: notStopped(state.unit),
        });
      const db = `${layoutOf({ run, facts }, target).member}/snap/db`;
      // A process outside the unit that holds the database would write what migrate never sees.
      const lock = await host.readScript(sh`if [ -e ${db} ]; then flock -n ${db} true; fi`);
      if (lock.exit !== 0)
        throw new StepFailed(
          'E_DB_IN_USE',
          `${target}: a process has ${db} open although ${state.unit} is stopped`,
          { where: `${target}:${db}`, hint: `\`fuser ${db}\` there names it. End that process, and resume.` },
        );
      return { recorded: job.recorded ?? null };
    },
  });
}
