import { StepFailed, type Phase } from '@pawl/engine';
import { nextStartIsClean, removeForceDropin } from '@pawl/etcd';
import { guardedStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import type { ClusterChoices } from '../cluster-choices';
import { etcdSetup } from '../facts';
import { livingEtcdHosts } from '../hosts-of';

/** Before an original stands in its place: one start of it with force-new-cluster would throw out all other members. */
export const forceGone: Phase<ClusterChoices, ReadHands, WorkHands> = {
  name: 'force-gone',
  title: 'No start forces a new cluster any more',
  wayBack: '',
  steps: [
    guardedStep<ClusterChoices, undefined>({
      name: 'remove-force',
      title: 'The drop-in goes, wherever it is',
      targets: livingEtcdHosts,
      undoneBy: 'kept',
      verify: 'unit, drop-ins, environment files and etcd.conf name no force-new-cluster',
      deadlineMs: 60_000,
      retry: { attempts: 3, delayMs: 1_000 },
      change: ({ facts }, target) => removeForceDropin(etcdSetup({ facts }, target).settings.unit),
      prove: async ({ hands, facts, target }) => {
        const next = await nextStartIsClean(hands.on(target), etcdSetup({ facts }, target).settings.unit);
        if (next.clean) return { clean: true };
        throw new StepFailed(
          'E_FORCE_LEFT',
          `${target}: force-new-cluster is left: ${next.found.join('; ')}`,
          { hint: 'Don’t start etcd: it would throw out every other member.' },
        );
      },
    }),
  ],
};
