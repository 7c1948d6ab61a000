import { workCopy } from '@pawl/etcd';
import {
  checkRemove as checkRemoveOf,
  cleanupOf,
  etcdSetup,
  firstEtcdHost,
  isRolledBack,
  layoutOf,
  type LeftoverKinds,
} from '@pawl/steps-etcd';
import { breakGlass } from './break-glass';
import { presentRound } from './facts';

/** On a cluster that runs on v3 one of original and backup stays: they are the only v2 there is. */
export const kinds: LeftoverKinds = {
  names: ['original', 'backup', 'copies', 'v3'],
  what: {
    original: 'the v2 member as it was, set aside',
    backup: 'the cold copy of the v2 member and of /etc/etcd',
    copies: 'work copies that were not used',
    v3: 'the v3 member that a rollback moved out of the way',
  },
  oneStays: (facts) => (isRolledBack(facts) ? [] : ['original', 'backup']),
  paths(scope, host, name) {
    if (scope.facts.find('preflight/etcd-hosts', host) === undefined) return [];
    const layout = layoutOf(scope, host);
    switch (name) {
      case 'original':
        return [layout.original, ...present(layout.originalWal)];
      case 'backup':
        return [layout.backup, `${layout.backup}.part`];
      case 'v3':
        return [layout.v3, ...present(layout.v3Wal)];
      case 'copies':
        return host === firstEtcdHost(scope) ? copies(scope, host) : [];
      default:
        return [];
    }
  },
};

export const cleanup = cleanupOf({
  kinds,
  readme: breakGlass,
  verify: 'what was named is gone; on a cluster that runs on v3 an original or a backup is still there',
});

export const checkRemove = checkRemoveOf(kinds);

function copies(scope: Parameters<LeftoverKinds['paths']>[0], host: string): readonly string[] {
  const { settings } = etcdSetup(scope, host);
  return Array.from({ length: presentRound(scope, host) + 1 }, (_, index) => {
    const copy = workCopy(settings, scope.run, index + 1);
    return [copy.folder, copy.discarded, ...(copy.wal === null ? [] : [copy.wal, `${copy.wal}.discarded`])];
  }).flat();
}

const present = (path: string | null): readonly string[] => (path === null ? [] : [path]);
