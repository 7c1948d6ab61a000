import type { Lab, V2Entry } from '@pawl/lab';
import { etcdOf, sh, unitsAtRest } from './lab-hosts';

/** All that a run may change and a way back must restore. */
export interface Picture {
  readonly v2: ReadonlyMap<string, V2Entry>;
  /** By host, a line a fact. */
  readonly hosts: Readonly<Record<string, readonly string[]>>;
}

/** Taken while etcd and masters are up. Of any shape of cluster: it asks the hosts where their data lies and which units they have. */
export async function pictureOf(lab: Lab): Promise<Picture> {
  return { hosts: await hostsAsTheyAre(lab), v2: await lab.v2dump() };
}

/** Of a picture, what there is beside the data, by host. */
export async function hostsAsTheyAre(lab: Lab): Promise<Picture['hosts']> {
  await unitsAtRest(lab);
  const etcd = new Set(etcdOf(lab).map(({ name }) => name));
  const lines = await Promise.all(
    lab.hosts.map(async ({ name, address }) => {
      const said = await sh(
        lab,
        name,
        [FILES, UNITS, ...(etcd.has(name) ? [DATA, ids(address)] : [])].join('\n'),
      );
      return [name, said.split('\n').filter((line) => line !== '')] as const;
    }),
  );
  return Object.fromEntries(lines);
}

/**
 * What is not as it was: a line each, `-` for what is gone, `+` for what is new. Excused: keys whose time has passed, what
 * masters write while they are up, and the evidence of a run (`pawl-RUN` beside the data, /var/lib/pawl).
 */
export async function changedSince(lab: Lab, before: Picture): Promise<readonly string[]> {
  const now = await pictureOf(lab);
  const hosts = Object.entries(before.hosts).flatMap(([host, was]) => {
    const is = now.hosts[host] ?? [];
    const [had, has] = [new Set(was), new Set(is)];
    return [
      ...was.filter((line) => !has.has(line)).map((line) => `- ${host}: ${line}`),
      ...is.filter((line) => !had.has(line)).map((line) => `+ ${host}: ${line}`),
    ];
  });
  return [...hosts, ...changedKeys(before.v2, now.v2, Date.now())];
}

/** Renewed by every process of theirs, and counted by the outage probe. */
const MASTERS_OWN = /^\/(kubernetes\.io\/masterleases|openshift\.io\/(leases|lab-probe))\//;

function changedKeys(
  before: ReadonlyMap<string, V2Entry>,
  now: ReadonlyMap<string, V2Entry>,
  at: number,
): readonly string[] {
  const wrong: string[] = [];
  for (const [key, was] of before) {
    if (MASTERS_OWN.test(key)) continue;
    const is = now.get(key);
    const hasRunOut = was.expiration !== undefined && Date.parse(was.expiration) <= at;
    if (is === undefined) {
      if (!hasRunOut) wrong.push(`- v2: ${key}`);
    } else if (JSON.stringify(is) !== JSON.stringify(was)) wrong.push(`* v2: ${key}`);
  }
  for (const key of now.keys()) if (!before.has(key) && !MASTERS_OWN.test(key)) wrong.push(`+ v2: ${key}`);
  return wrong;
}

/** Configuration to the byte and the nanosecond; of everything else on the disk, what there is. Then what lies about, of a run. */
const FILES = `export LC_ALL=C
conf="/etc /usr/lib/systemd/system /usr/local"
find $conf -xdev -type f -printf 'file %p %u:%g %m %T@\\n' -o -type l -printf 'link %p %l\\n' -o -type d -printf 'dir %p %u:%g %m\\n'
find $conf -xdev -type f -exec sha256sum {} +
if [ -r /etc/etcd/etcd.conf ]; then . /etc/etcd/etcd.conf; fi
data=\${ETCD_DATA_DIR:-/var/lib/etcd}
data=\${data%/}
wal=\${ETCD_WAL_DIR:-}
find / -xdev \\( -path /proc -o -path /sys -o -path /dev -o -path /run -o -path /tmp -o -path /etc -o -path /var/log -o -path /var/tmp \\
  -o -path /var/cache -o -path /var/lib/systemd -o -path /var/lib/pawl -o -path "$data" -o -path "\${wal:+\${wal%/*}/?*}" -o -path /root \\
  -o -path '/home/*/.*' \\) -prune -o -printf 'there %p\\n'
find /run/pawl /run/systemd/system -type f 2>/dev/null
if [ -e /var/lib/pawl/fence ]; then echo 'a fence'; fi
for p in $(pgrep -x etcd); do tr '\\0' '\\n' </proc/$p/environ | grep FORCE_NEW || :; done`;

/** As a whole: a unit's state is one fact. */
const UNITS = `units=$(systemctl list-unit-files --no-legend etcd.service 'origin-master*' 'atomic-openshift-master*' | sed 's/ .*//')
for unit in $units; do
  systemctl show -p Id -p LoadState -p UnitFileState -p ActiveState -p SubState -p FragmentPath -p DropInPaths -p NeedDaemonReload "$unit" | tr '\\n' ' '
  echo
done`;

/** The database is the very file that it was, by its inode: renamed away and back, and no copy. */
const DATA = `for dir in "$data" "\${wal%/*}"; do
  if [ -d "$dir" ]; then
    stat -c 'data %n %U:%G %a' "$dir"
    find "$dir" -mindepth 1 -maxdepth 1 ! -name 'pawl-*' -printf 'data %p %y %u:%g %m\\n'
  fi
done
stat -c 'data %n %U:%G %a' "$data/member/snap" "\${wal:-$data/member/wal}"
stat -c 'data %n %i %U:%G %a' "$data/member/snap/db"`;

function ids(address: string): string {
  const etcdctl = `ETCDCTL_API=3 etcdctl --endpoints https://${address}:2379 --cacert /etc/etcd/ca.crt --cert /etc/etcd/peer.crt --key /etc/etcd/peer.key`;
  return `${etcdctl} -w json endpoint status | grep -o '"cluster_id":[0-9]*,"member_id":[0-9]*'
${etcdctl} member list | sort`;
}
