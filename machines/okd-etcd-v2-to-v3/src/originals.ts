import type { ReadHands } from '@pawl/fleet';
import {
  originalsGone as goneOf,
  requireOriginals as requireOf,
  type Backup,
  type SetAsideRun,
} from '@pawl/steps-etcd';

const SET_ASIDE_BY = 'set-aside/originals';

export const originalsGone = (scope: SetAsideRun, hands: ReadHands): Promise<readonly Backup[]> =>
  goneOf(SET_ASIDE_BY, scope, hands);

/** @throws PawlError `E_ORIGINALS_GONE` */
export const requireOriginals = (scope: SetAsideRun, hands: ReadHands): Promise<void> =>
  requireOf(
    SET_ASIDE_BY,
    scope,
    hands,
    `A backup can be restored in its place. If the run is unfinished, give it up first (\`pawl unfence -i INVENTORY ${scope.run} --reason WHY\`), and release by hand what it keeps from starting (\`pawl status -i INVENTORY\` lists it). Then: \`pawl rollback ${scope.run}\`, or \`pawl rollback --from HOST:DIR -i INVENTORY\` (docs/recover.md).`,
  );
