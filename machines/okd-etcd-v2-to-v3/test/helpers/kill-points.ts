/** Once in each phase: while its change is made on a host, or, where it only looks, before what it saw is committed. */
export const KILLS = [
  'preflight/verdict@-/outcome:before-commit',
  'prepare/plant-fences@-/host:during',
  'stop-masters/stop-and-hold@master1/host:during',
  'converge/read-manifest@etcd1/host:during',
  'stop-etcd/stop-leader@etcd1/host:during',
  'back-up/members@etcd1/host:during',
  'set-aside/copy@etcd1/host:during',
  'migrate/run-migrate@etcd1/host:during',
  're-form/start-forced@etcd1/host:during',
  'verify-v3/compare@-/outcome:before-commit',
  'scale-up/write-canary@etcd1/host:during',
  're-attach-ttls/attach@etcd1/host:during',
  'reconfigure-masters/edit@master1/host:during',
  'start-masters/release-and-start@master1/host:during',
  'finish/close-fences@-/host:during',
];

/** Likewise on the way back. */
export const ROLLBACK_KILLS = [
  'masters-down/stop-and-hold@master1/host:during',
  'etcd-down/stop-and-hold@etcd1/host:during',
  'force-gone/remove-force@etcd1/host:during',
  'originals-back/rename-back@etcd1/host:during',
  'files-back/restore-files@master1/host:during',
  'etcd-back/release-and-start@etcd1/host:during',
  'v2-equal/compare@-/outcome:before-commit',
  'masters-back/release-and-start@master1/host:during',
  'fences-closed/close-fences@-/host:during',
];

/** And while leftovers are removed. */
export const CLEANUP_KILLS = [
  'take-hold/plant-fences@-/host:during',
  'remove/remove@etcd1/host:during',
  'let-go/close-fences@-/host:during',
];
