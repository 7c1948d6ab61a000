import { breakGlass as inWords } from '@pawl/steps-etcd';

/** `/var/lib/pawl/README` of a restore. */
export const breakGlass = inWords({
  what: 'the restore of etcd v2 from a backup',
  first: 'the first one has the backup',
  backTo: 'the data that stood there before this run',
  loses: (
    run,
  ) => `It loses nothing as long as no master has been started on v2. One has, if this prints a line on a master; then all that was
written since is lost:
    ls -d /var/lib/pawl/runs/${run}/jobs/*.start-masters.release-and-start.*/started
It leads back to what this run found: where that was a cluster that did not work, it will not work then either. To finish the
restore by hand see docs/recover.md.`,
  never: `Never run \`etcdctl migrate\` by hand on a data directory: on one that holds v3 data it overwrites live objects and reports
success.`,
});
