import type { Phase } from '@pawl/engine';
import type { ReadHands, WorkHands } from '@pawl/fleet';
import { correctPeerUrl, endForced, startClean, startForced } from '@pawl/steps-etcd';
import type { OkdChoices } from '../choices';
import { readAgainFacts } from '../facts';
import { deleteCanary, writeCanary } from '../steps/canary';

/** The migrated member becomes a cluster of one, and forgets how: the forcing never outlives its one start. */
export const reForm: Phase<OkdChoices, ReadHands, WorkHands> = {
  name: 're-form',
  title: 'Form a new cluster of the migrated member',
  wayBack: 'The originals are put back.',
  rollbackAt: 'masters-down',
  steps: [
    startForced({
      title: 'Start it once with force-new-cluster, so that it writes a `.snap` where it has none',
      verify:
        'it is healthy, the only member, and has a v2 `.snap`: without one joiners would silently hold no v3 data',
      stoppedAt: (scope) =>
        scope.facts.find('stop-etcd/read-again') === undefined
          ? undefined
          : Math.max(1, ...readAgainFacts(scope).raftIndices),
    }),
    endForced(),
    startClean(),
    correctPeerUrl(),
    writeCanary(),
    deleteCanary(),
  ],
};
