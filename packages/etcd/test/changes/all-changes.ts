import type { Change, Sh } from '@pawl/hosts';
import {
  attachLeases,
  canaryDelete,
  canaryPut,
  coldBackup,
  copyBackup,
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
  removeScratch,
  runLayout,
  goneOriginalsScript,
  originalGoneScript,
  sameOriginalsScript,
  scratchOf,
  setAside,
  setNewAside,
  startScratch,
  takeCopy,
  verifyBackupScript,
  workCopy,
  type Asked,
  type BackupFacts,
} from '../../src';

const RUN = 'okd-20261124-1';
export const ASKED: Asked = {
  clientEndpoint: 'https://198.18.1.1:2379',
  certs: { ca: '/etc/etcd/ca.crt', cert: '/etc/etcd/peer.crt', key: "/etc/etcd/it's a key" },
};

const BACKUP: BackupFacts = {
  kind: 'cold-copy',
  path: "/it's/pawl-okd-1/backup",
  member: "/it's/pawl-okd-1/backup/member",
  wal: "/it's/pawl-okd-1/backup/wal",
  sums: "/it's/pawl-okd-1/backup/member.sha256",
  manifest: null,
  description: null,
  snapIndices: [7],
  hasDb: true,
  bytes: 1,
  links: [],
  takenAt: '2026-11-24T00:00:00.000Z',
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
      setAsideAbsent: setAside(layout, { mayBeAbsent: true }),
      putBack: putBack(layout),
      setNewAside: setNewAside(layout),
      coldBackup: backup,
      copyMember: copyMember(layout, copy),
      discardCopy: discardCopy(copy),
      migrateCopy: migrateCopy(layout, copy, RUN),
      promoteCopy: promoteCopy(layout, copy),
      takeCopy: takeCopy(layout, copy),
      copyBackup: copyBackup(BACKUP, { use: 'other', path: '/a db' }, copy, {
        user: 'etcd',
        group: null,
        like: settings.dataDir,
      }),
      copyBackupWithoutDb: copyBackup({ ...BACKUP, wal: null, sums: null }, { use: 'none', why: '' }, copy, {
        user: 'etcd',
        group: 'etcd',
        like: settings.dataDir,
      }),
      startScratch: startScratch(
        { unit: 'etcd', memberName: 'm1', user: 'etcd', group: null },
        scratchOf(settings, RUN),
      ),
      removeScratch: removeScratch(scratchOf(settings, RUN)),
      forceNewClusterDropin: forceNewClusterDropin('etcd', { snapshotCount: 5 }),
      removeForceDropin: removeForceDropin('etcd'),
      memberAdd: memberAdd(
        ASKED,
        { name: 'm2', peerUrl: 'https://198.18.1.2:2380' },
        { ownPeerUrl: 'https://198.18.1.1:2380' },
      ),
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
    ['sameOriginalsScript', sameOriginalsScript(layout, '/var/lib/etcd/member/snap/db 1 1\n')],
    ['originalGoneScript', originalGoneScript(layout, '/var/lib/etcd/member/snap/db 1 1\n')],
    ['goneOriginalsScript', goneOriginalsScript(layout)],
  ];
}
