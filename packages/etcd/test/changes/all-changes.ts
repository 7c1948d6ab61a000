import type { Change, Sh } from '@pawl/hosts';
import {
  attachLeases,
  canaryDelete,
  canaryPut,
  coldBackup,
  copyMember,
  digestScript,
  discardCopy,
  forceNewClusterDropin,
  memberAdd,
  memberUpdatePeer,
  migrateCopy,
  promoteCopy,
  putBack,
  removeForceDropin,
  runLayout,
  sameOriginalsScript,
  setAside,
  setNewAside,
  verifyBackupScript,
  workCopy,
  type Asked,
} from '../../src';

const RUN = 'okd-20261124-1';
export const ASKED: Asked = {
  clientEndpoint: 'https://198.18.1.1:2379',
  certs: { ca: '/etc/etcd/ca.crt', cert: '/etc/etcd/peer.crt', key: "/etc/etcd/it's a key" },
};

/** Each change that this package can make, with and without a WAL directory of its own. */
export function allChanges(): readonly (readonly [string, Change])[] {
  return [null, '/wal/etcd'].flatMap((walDir) => {
    const settings = { dataDir: '/var/lib/etcd', walDir };
    const layout = runLayout(settings, RUN);
    const copy = workCopy(settings, RUN, 2);
    const backup = coldBackup(layout, { description: "it's\nthis", configuration: ['/etc/etcd'] });
    const work = { text: '', keys: 0, leases: 0, deletions: 0, tooLarge: [] };
    const changes: Readonly<Record<string, Change>> = {
      setAside: setAside(layout),
      putBack: putBack(layout),
      setNewAside: setNewAside(layout),
      coldBackup: backup,
      copyMember: copyMember(layout, copy),
      discardCopy: discardCopy(copy),
      migrateCopy: migrateCopy(layout, copy, RUN),
      promoteCopy: promoteCopy(layout, copy),
      forceNewClusterDropin: forceNewClusterDropin('etcd', { snapshotCount: 5 }),
      removeForceDropin: removeForceDropin('etcd'),
      memberAdd: memberAdd(ASKED, { name: 'm2', peerUrl: 'https://198.18.1.2:2380' }),
      memberUpdatePeer: memberUpdatePeer(ASKED, '1a', 'https://198.18.1.2:2380'),
      canaryPut: canaryPut(ASKED, RUN),
      canaryDelete: canaryDelete(ASKED, RUN),
      attachLeases: attachLeases(ASKED, work),
    };
    return Object.entries(changes).map(
      ([name, change]) => [`${name}${walDir === null ? '' : ', separate WAL'}`, change] as const,
    );
  });
}

export function allScripts(): readonly (readonly [string, Sh])[] {
  const layout = runLayout({ dataDir: '/var/lib/etcd', walDir: '/wal/etcd' }, RUN);
  return [
    ...allChanges().flatMap(([name, change]) => [
      [name, change.script] as const,
      ...(change.record === undefined ? [] : [[`${name}, record`, change.record.script] as const]),
    ]),
    ['digestScript', digestScript(ASKED, 7, 500)],
    ['verifyBackupScript', verifyBackupScript(layout)],
    ['sameOriginalsScript', sameOriginalsScript(layout, '/var/lib/pawl/record')],
  ];
}
