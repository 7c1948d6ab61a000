import type { Scope } from '@pawl/engine';
import { runLayout, type RunLayout } from '@pawl/etcd';
import type { ClusterChoices } from './cluster-choices';
import { etcdSetup } from './facts';

/** Where this run keeps what it makes on an etcd host. */
export const layoutOf = (scope: Pick<Scope<ClusterChoices>, 'facts' | 'run'>, host: string): RunLayout =>
  runLayout(etcdSetup(scope, host).settings, scope.run);
