import { StepFailed, type Scope } from '@pawl/engine';
import { guardedStep, type GuardedStep } from '@pawl/fleet';
import { sh, stopAndHoldUnit, unitState } from '@pawl/hosts';
import type { OkdChoices } from '../choices';
import { etcdHost } from '../facts';
import { layoutOf } from '../layout-of';

export interface StopEtcd {
  readonly name: string;
  readonly title: string;
  readonly undoneBy: string;
  readonly targets: (scope: Scope<OkdChoices>) => readonly string[];
}

/** Forward and on the way back: stopped means that no process is left, and that nobody has the database open. */
export function stopEtcdStep({ name, title, undoneBy, targets }: StopEtcd): GuardedStep<OkdChoices> {
  return guardedStep<OkdChoices, undefined>({
    ...{ name, title, targets, undoneBy },
    verify: 'etcd is inactive, has no process, is held, and nobody has its database open',
    deadlineMs: 180_000,
    retry: { attempts: 2, delayMs: 2_000 },
    change: ({ run, facts }, target) =>
      stopAndHoldUnit(etcdHost({ facts }, target).settings.unit, {
        run,
        why: 'its data is being migrated to v3',
      }),
    prove: async ({ run, hands, facts, target }, job) => {
      const { settings } = etcdHost({ facts }, target);
      const host = hands.on(target);
      const state = await unitState(host, settings.unit);
      if (state.verdict !== 'held')
        throw new StepFailed('E_NOT_STOPPED', `${target}: ${state.unit} is ${state.active}/${state.sub}`);
      const db = `${layoutOf({ run, facts }, target).member}/snap/db`;
      // A process outside the unit that holds the database would write what migrate never sees.
      const lock = await host.readScript(sh`if [ -e ${db} ]; then flock -n ${db} true; fi`);
      if (lock.exit !== 0)
        throw new StepFailed(
          'E_DB_IN_USE',
          `${target}: a process has ${db} open although ${state.unit} is stopped`,
        );
      return { recorded: job.recorded ?? null };
    },
  });
}
