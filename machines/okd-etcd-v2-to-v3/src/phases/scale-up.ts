import type { Phase } from '@pawl/engine';
import { canaryIsThere } from '@pawl/etcd';
import { readStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { StepFailed } from '@pawl/engine';
import type { OkdChoices } from '../choices';
import { etcdHost } from '../facts';
import { etcdHosts } from '../hosts-of';
import { deleteCanary, writeCanary } from '../steps/canary';
import { joinSteps } from '../steps/join';
import { membersEqual } from '../steps/members-equal';

/** Members 2 to 7, one after the other: at most one membership change is ever in flight. Places without a host are skipped. */
const PLACES = [2, 3, 4, 5, 6, 7];

export const scaleUp: Phase<OkdChoices, ReadHands, WorkHands> = {
  name: 'scale-up',
  title: 'Join the others, one at a time',
  wayBack: 'The originals are put back.',
  rollbackAt: 'masters-down',
  steps: [
    ...PLACES.flatMap(joinSteps),
    writeCanary(),
    readStep<OkdChoices>({
      name: 'canary-everywhere',
      title: 'Every member holds the canary',
      targets: etcdHosts,
      verify: 'each member’s own store holds the key that was just written',
      deadlineMs: 60_000,
      retry: { attempts: 20, delayMs: 500 },
      describe: () => ['# etcdctl txn (get --consistency s) on the member itself'],
      run: async ({ run, facts, hands, target }) => {
        if (await canaryIsThere(hands.on(target), etcdHost({ facts }, target).settings, run))
          return { there: true };
        throw new StepFailed('E_CANARY', `${target} does not hold the canary yet`);
      },
    }),
    deleteCanary(),
    membersEqual(),
  ],
};
