import { scratchOf } from '@pawl/etcd';
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
import { copyOf } from './phases/put-in-place';

/** Nothing must stay: after a restore v2 is in use again, and what was set aside is given up by name. */
export const kinds: LeftoverKinds = {
  names: ['original', 'copies', 'restored'],
  what: {
    original: 'what stood there before the restore, with all that was written to v3: it is kept nowhere else',
    copies: 'copies of the backup that were not used',
    restored: 'the restored member that a rollback moved out of the way',
  },
  oneStays: () => [],
  paths(scope, host, name) {
    if (scope.facts.find('preflight/etcd-hosts', host) === undefined) return [];
    const layout = layoutOf(scope, host);
    switch (name) {
      case 'original':
        return isRolledBack(scope.facts) ? [] : [`${layout.folder}/original`, ...present(layout.originalWal)];
      case 'restored':
        return [layout.v3, ...present(layout.v3Wal)];
      case 'copies': {
        if (host !== firstEtcdHost(scope)) return [];
        const copy = copyOf(scope, scope.run, host);
        return [
          copy.folder,
          ...present(copy.wal),
          scratchOf(etcdSetup(scope, host).settings, scope.run).folder,
        ];
      }
      default:
        return [];
    }
  },
};

export const cleanup = cleanupOf({
  kinds,
  readme: breakGlass,
  verify: 'what was named is gone',
});

export const checkRemove = checkRemoveOf(kinds);

const present = (path: string | null): readonly string[] => (path === null ? [] : [path]);
