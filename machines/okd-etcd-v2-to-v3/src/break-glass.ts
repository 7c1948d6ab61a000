import type { OkdChoices } from './choices';
import { allHosts } from './choices';

/**
 * `/var/lib/pawl/README` on every host: what is held, and the way back by hand, without Pawl and without its database.
 * Written by `prepare`, before anything is changed, so it names folders by the pattern in which they will appear.
 */
export function breakGlass(run: string, choices: OkdChoices): string {
  const etcd = choices.etcd.map((h) => h.name).join(', ');
  const masters = choices.masters.map((h) => h.name).join(', ');
  return `Pawl holds this host for the run ${run}: the etcd v2 to v3 migration of ${choices.clusterName}.
etcd hosts: ${etcd}   (the first one migrates)
masters:    ${masters}
all hosts:  ${allHosts(choices)
    .map((h) => h.name)
    .join(', ')}

While the run is unfinished, units are kept from starting (a reboot included) by the drop-in
  /etc/systemd/system/UNIT.d/00-pawl-hold.conf
What happened and with which result stands in /var/lib/pawl/runs/${run}/jobs, a folder a change.
If Pawl and its database can be had, don't do any of this by hand: \`pawl status\` names the next command.

THE WAY BACK BY HAND, to the original v2 cluster.
It loses nothing as long as no master has been started on v3. Finish each part on ALL hosts before the next part:
starting an original member beside a re-formed one mixes two histories of one cluster.

Where the run stands is seen on the etcd hosts. Is there a folder DATA/pawl-${run}/original/member
(DATA is the data directory of the etcd unit, usually /var/lib/etcd)?
  no  -> only parts 5 and 6 are needed, after part 1.
  yes -> all parts.

1. Every master: stop it and keep it down.
     systemctl stop origin-master-controllers origin-master-api    (or the names of part 6)
2. Every etcd host: stop etcd and see that no process is left.
     systemctl stop etcd; pgrep -x etcd                            (must print nothing)
3. The first etcd host: take away the forced start, if it is there.
     rm -f /run/systemd/system/etcd.service.d/99-pawl-force.conf /run/pawl/force-new-cluster.env; systemctl daemon-reload
   In etcd.conf there must be no ETCD_FORCE_NEW_CLUSTER.
4. Every etcd host: put the original back. Move, never delete.
     cd DATA && mkdir -p pawl-${run}/set-aside-by-hand
     [ ! -e member ] || mv member pawl-${run}/set-aside-by-hand/member
     mv pawl-${run}/original/member member
   A separate WAL directory: its original stands beside it as pawl-${run}-original-wal; move it back likewise.
   Files that were edited have their originals in /var/lib/pawl/runs/${run}/pristine (etcd.conf, master-config.yaml):
   copy them back with cp -p.
5. Every etcd host: only now release etcd, and start all of them together.
     rm -f /etc/systemd/system/etcd.service.d/00-pawl-hold.conf; systemctl daemon-reload; systemctl --no-block start etcd
   See that all members are healthy, line by line:
     ETCDCTL_API=2 etcdctl --cert-file /etc/etcd/peer.crt --key-file /etc/etcd/peer.key --ca-file /etc/etcd/ca.crt \\
       --endpoints https://THIS-HOST:2379 cluster-health
6. Every master: see which units are held, release and start them, API before controllers.
     ls /etc/systemd/system/*.service.d/00-pawl-hold.conf
     rm -f /etc/systemd/system/*.service.d/00-pawl-hold.conf; systemctl daemon-reload
     systemctl start origin-master-api origin-master-controllers   (or the names that were listed)
7. When the cluster is well: remove /var/lib/pawl/fence on every host, so that a new run may begin.

Never run \`etcdctl migrate\` by hand on DATA: on a directory that holds v3 data it overwrites live objects and reports
success.
`;
}
