import type { Phase } from '@pawl/engine';
import { readStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { masters, stopMastersStep } from '@pawl/steps-etcd';
import type { OkdChoices } from '../choices';
import { WHY } from '../why';

/** The outage begins with the intent of this phase's second step. */
export const stopMasters: Phase<OkdChoices, ReadHands, WorkHands> = {
  name: 'stop-masters',
  title: 'Stop and hold API and controllers on every master',
  wayBack: 'The masters are released and started as they were found.',
  rollbackAt: 'masters-back',
  steps: [
    readStep<OkdChoices>({
      name: 'clock',
      title: 'From now on the outage is counted',
      verify: 'the time is written down',
      deadlineMs: 5_000,
      describe: ({ choices: { maxOutageSeconds, onFailure } }) => [
        maxOutageSeconds === null
          ? '# no bound was chosen for the outage'
          : `# after ${maxOutageSeconds} s without the masters: ${onFailure}`,
      ],
      run: () => Promise.resolve({ startedAt: new Date().toISOString() }),
    }),
    stopMastersStep('masters-back/release-and-start', WHY.masters, masters),
  ],
};
