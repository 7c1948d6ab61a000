import { StepFailed, type Phase } from '@pawl/engine';
import { guardedStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { stopAndHoldUnit, unitState } from '@pawl/hosts';
import { sequence } from '../changes/sequence';
import type { OkdChoices } from '../choices';
import { masterFacts } from '../facts';
import { masters } from '../hosts-of';

/** The outage begins with the intent of this phase's step. */
export const stopMasters: Phase<OkdChoices, ReadHands, WorkHands> = {
  name: 'stop-masters',
  title: 'Stop and hold API and controllers on every master',
  wayBack: 'The masters are released and started as they were found.',
  rollbackAt: 'start-masters',
  steps: [
    guardedStep<OkdChoices, undefined>({
      name: 'stop-and-hold',
      title: 'Controllers first, then the API',
      targets: masters,
      undoneBy: 'start-masters/release-and-start',
      verify: 'every master unit is inactive, has no process, and is held',
      deadlineMs: 360_000,
      retry: { attempts: 2, delayMs: 2_000 },
      change: ({ run, facts }, target) =>
        sequence(
          'stop and hold the master units',
          [...masterFacts({ facts }, target).units]
            .reverse()
            .map((unit) => stopAndHoldUnit(unit, { run, why: 'etcd is being migrated to v3' })),
        ),
      prove: async ({ hands, facts, target }, job) => {
        const states = await Promise.all(
          masterFacts({ facts }, target).units.map((unit) => unitState(hands.on(target), unit)),
        );
        const up = states.filter((state) => state.verdict !== 'held');
        if (up.length > 0)
          throw new StepFailed(
            'E_NOT_STOPPED',
            `${target}: ${up.map((s) => `${s.unit} is ${s.active}/${s.sub}`).join(', ')}`,
          );
        return { recorded: job.recorded ?? null };
      },
    }),
  ],
};
