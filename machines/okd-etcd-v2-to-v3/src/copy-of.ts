import type { Scope } from '@pawl/engine';
import { workCopy, type WorkCopy } from '@pawl/etcd';
import { etcdSetup } from '@pawl/steps-etcd';
import type { OkdChoices } from './choices';
import { presentRound } from './facts';

/** Work copy number `round`, or the present one. 1 in a plan, where none has been made. */
export const copyOf = (
  scope: Pick<Scope<OkdChoices>, 'facts' | 'run'>,
  host: string,
  round = Math.max(1, presentRound(scope, host)),
): WorkCopy => workCopy(etcdSetup(scope, host).settings, scope.run, round);
