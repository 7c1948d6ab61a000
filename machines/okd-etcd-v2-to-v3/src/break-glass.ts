import { breakGlass as inWords } from '@pawl/steps-etcd';

/** `/var/lib/pawl/README` of a migration. */
export const breakGlass = inWords({
  what: 'the etcd v2 to v3 migration',
  first: 'the first one migrates',
  backTo: 'the original v2 cluster',
  loses: (
    run,
  ) => `It loses nothing as long as no master has been started on v3. One has, if this prints a line on a master; then all that was
written since is lost:
    ls -d /var/lib/pawl/runs/${run}/jobs/*.start-masters.release-and-start.*/started`,
  never: `Never run \`etcdctl migrate\` by hand on a data directory: on one that holds v3 data it overwrites live objects and reports
success.`,
});
