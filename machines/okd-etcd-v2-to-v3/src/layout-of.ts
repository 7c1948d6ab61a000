import type { Scope } from '@pawl/engine';
import { runLayout, workCopy, type RunLayout, type WorkCopy } from '@pawl/etcd';
import type { OkdChoices } from './choices';
import { etcdHost, presentRound } from './facts';

type Read = Pick<Scope<OkdChoices>, 'facts' | 'run'>;

/** Where this run keeps what it makes on an etcd host. */
export const layoutOf = (scope: Read, host: string): RunLayout =>
  runLayout(etcdHost(scope, host).settings, scope.run);

/** Work copy number `round`, or the present one. 1 in a plan, where none has been made. */
export const copyOf = (scope: Read, host: string, round = Math.max(1, presentRound(scope, host))): WorkCopy =>
  workCopy(etcdHost(scope, host).settings, scope.run, round);
