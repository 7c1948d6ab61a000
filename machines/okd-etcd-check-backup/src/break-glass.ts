import type { Readme } from '@pawl/steps-etcd';

/** `/var/lib/pawl/README`: nothing is stopped, so there is little to say. */
export const breakGlass: Readme = (
  run,
  { clusterName },
) => `Pawl proves on this host that a backup restores, for the run ${run} (${clusterName}).

No unit is held, and nothing of the cluster is touched. A copy of the backup lies in the folder pawl-${run} in etcd's data directory, with
an etcd on it in a network of its own: the unit pawl-${run}-scratch. By hand, without Pawl, all of it is taken away by
    systemctl stop pawl-${run}-scratch
    rm -f /run/systemd/system/pawl-${run}-scratch.service
    systemctl daemon-reload
    rm -rf /var/lib/etcd/pawl-${run}/scratch        (where etcd's data directory is /var/lib/etcd)
    rm -f /var/lib/pawl/fence
`;
