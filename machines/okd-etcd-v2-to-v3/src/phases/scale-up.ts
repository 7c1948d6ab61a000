import type { Phase } from '@pawl/engine';
import { canaryIsThere } from '@pawl/etcd';
import { readStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { StepFailed } from '@pawl/engine';
import { etcdHosts, joinAll } from '@pawl/steps-etcd';
import type { OkdChoices } from '../choices';
import { etcdHost } from '../facts';
import { deleteCanary, writeCanary } from '../steps/canary';
import { caughtUp } from '../steps/caught-up';
import { membersEqual } from '../steps/members-equal';

export const scaleUp: Phase<OkdChoices, ReadHands, WorkHands> = {
  name: 'scale-up',
  title: 'Join the others, one at a time',
  wayBack: 'The originals are put back.',
  rollbackAt: 'masters-down',
  steps: [
    ...joinAll(caughtUp),
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
        throw new StepFailed('E_CANARY', `${target} does not hold the canary yet`, {
          where: target,
          hint: 'Resume gives it the same time again. If it stays so, `journalctl -u etcd` on that host says why.',
        });
      },
    }),
    deleteCanary(),
    membersEqual(),
  ],
};
