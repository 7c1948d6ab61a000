/**
 * Once in each phase, and more often where data moves: while its change is made on a host, or, where it only looks, before what
 * it saw is committed. @param leader of the etcd hosts, when the run begins
 */
export const killPoints = (leader: string): readonly string[] => [
  'preflight/verdict@-/outcome:before-commit',
  'prepare/plant-fences@-/host:during',
  'rehearse/scratch-copy@etcd1/host:during',
  'rehearse/scratch-start@etcd1/host:during',
  'stop-masters/stop-and-hold@master1/host:during',
  `stop-etcd/stop-leader@${leader}/host:during`,
  'set-aside/present@etcd1/host:during',
  'put-in-place/copy@etcd1/host:during',
  'put-in-place/promote@etcd1/host:during',
  're-form/start-forced@etcd1/host:during',
  're-form/peer-url@etcd1/host:during',
  'verify-v2/compare@-/outcome:before-commit',
  'scale-up/add-2@etcd1/host:during',
  'scale-up/start-2@etcd2/host:during',
  'reconfigure-masters/edit@master1/host:during',
  'start-masters/release-and-start@master1/host:during',
  'finish/close-fences@-/host:during',
];
