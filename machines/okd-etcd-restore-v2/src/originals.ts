import type { ReadHands } from '@pawl/fleet';
import {
  originalsGone as goneOf,
  requireOriginals as requireOf,
  type Backup,
  type SetAsideRun,
} from '@pawl/steps-etcd';

const SET_ASIDE_BY = 'set-aside/present';

export const originalsGone = (scope: SetAsideRun, hands: ReadHands): Promise<readonly Backup[]> =>
  goneOf(SET_ASIDE_BY, scope, hands);

/** What stood there before a restore has no backup of the run's own. @throws PawlError `E_ORIGINALS_GONE` */
export const requireOriginals = (scope: SetAsideRun, hands: ReadHands): Promise<void> =>
  requireOf(
    SET_ASIDE_BY,
    scope,
    hands,
    'Nothing was stopped. Put it back where it was, and say this again; without it there is nothing that this run could be taken back to. A backup of another origin is a restore of its own: `pawl rollback --from HOST:DIR -i INVENTORY` (docs/recover.md).',
  );
