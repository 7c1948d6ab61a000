import type { Phase } from '@pawl/engine';
import type { ReadHands, WorkHands } from '@pawl/fleet';
import { correctPeerUrl, endForced, startClean, startForced } from '@pawl/steps-etcd';
import type { RestoreChoices } from '../choices';

/** A backup knows members that are no more, or itself under an id that nobody has: it is made a cluster of one. */
export const reForm: Phase<RestoreChoices, ReadHands, WorkHands> = {
  name: 're-form',
  title: 'Form a new cluster of the restored member',
  wayBack: 'What was set aside is put back.',
  rollbackAt: 'masters-down',
  steps: [
    startForced({
      title: 'Start it once with force-new-cluster',
      // v2 is in the log and its snapshots: whichever way a joiner is fed, it gets all of it.
      verify: 'it is healthy, and the only member',
    }),
    endForced(),
    startClean(),
    correctPeerUrl(),
  ],
};
