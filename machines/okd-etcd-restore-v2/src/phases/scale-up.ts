import { StepFailed, type Phase, type ReadStep } from '@pawl/engine';
import { readStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { firstEtcdHost, joinAll, type Targets } from '@pawl/steps-etcd';
import type { RestoreChoices } from '../choices';
import { compareMember, inFacts } from '../v2-content';

export const scaleUp: Phase<RestoreChoices, ReadHands, WorkHands> = {
  name: 'scale-up',
  title: 'Join the others, one at a time',
  wayBack: 'What was set aside is put back.',
  rollbackAt: 'masters-down',
  steps: joinAll(caughtUp),
};

/** A joiner is healthy before it has everything: only its contents tell. */
function caughtUp(place: number, targets: Targets): ReadStep<RestoreChoices, ReadHands> {
  return readStep<RestoreChoices>({
    name: `caught-up-${place}`,
    title: `Member ${place}: it holds what the first one holds`,
    targets,
    verify: 'its own v2 is what was written down',
    deadlineMs: 900_000,
    retry: { attempts: 60, delayMs: 1_000 },
    describe: () => ['# read /v2/keys of this member itself, every directory, and compare it'],
    run: async (task) => {
      const { comparison } = await compareMember(task, task.target);
      if (comparison.equal) return inFacts(comparison);
      throw new StepFailed(
        'E_NOT_CAUGHT_UP',
        `${task.target} does not hold what ${firstEtcdHost(task)} holds: ${comparison.differences} differences in ${comparison.compared} keys`,
        { hint: 'It is given time. If it stays so, look at `journalctl -u etcd` there.' },
      );
    },
  });
}
