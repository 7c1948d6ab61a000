import type { ExecEvent, Lab, Observer } from '@pawl/lab';
import { sh, unitsAtRest } from './lab-hosts';

/** What runs on a host while it is only looked at: programs that can't write, and those that can, with the words that only read. */
const READS = [
  /^(?:cat|test|stat|du|df|awk|mawk|flock|mountpoint|sed|sort|find|date|sha256sum|readlink|wc|head|tail|tr|printf|id|true|sleep|ls|grep|hostname)( |$)/,
  /^systemctl (?:show|list-unit-files|is-active|is-enabled|cat)\b/,
  /^(?:etcd|etcdctl) --version$/,
  /^etcdctl version$/,
  /^etcdctl .*\b(?:member list|cluster-health|endpoint (?:health|status)|alarm list|get)\b/,
  // Keys travel on standard input, so what is asked can't be seen here: `v3Revision` says whether anything was written.
  /^etcdctl .* -w json txn$/,
  /^curl .*-K -/,
  /^curl --silent/,
  /^openshift version/,
  // Opened to be read; `untouched` has the digest of what it opens.
  /^etcdctl -w json snapshot status /,
];
/** What leads to a program, and what the system does by itself: sessions, logins, timers. */
const AROUND =
  /^(?:sshd|sudo|\/?(?:\S*\/)?(?:sh|bash|dash)|env|timeout|nohup|systemd\S*|\(\S+\)|\/lib\/systemd\S*|\/usr\/lib\/systemd\S*|node|run-parts|unix_chkpwd|uname|dircolors)(?::| |$)/;

/** Programs that were started on hosts since then and are in neither list. */
export async function changing(observer: Observer, since: number): Promise<readonly string[]> {
  await observer.settle();
  const events = observer.events({ since });
  expect(events.length).toBeGreaterThan(0);
  return [...new Set(events.filter(isChange).map((event) => `${event.host}: ${event.argv.slice(0, 160)}`))];
}

function isChange({ argv, unread }: ExecEvent): boolean {
  if (unread === true) return false;
  const bare = argv.replace(/^\S*\/(?=[^/ ]+(?: |$))/, '');
  return !READS.some((read) => read.test(bare)) && !AROUND.test(argv) && !AROUND.test(bare);
}

/** A digest of everything that a run changes: configuration, units, what Pawl keeps, and which folders lie beside the data. */
export async function stateOf(
  lab: Lab,
): Promise<{ readonly files: readonly string[]; readonly units: Readonly<Record<string, string>> }> {
  const files = await Promise.all(
    lab.hosts.map(async ({ name }) =>
      sh(
        lab,
        name,
        `find /etc /run/systemd/system /run/pawl /usr/local /var/lib/pawl -type f -exec sha256sum {} + 2>/dev/null | sort
ls -d /var/lib/pawl /var/lib/etcd/* 2>/dev/null; true`,
      ),
    ),
  );
  return { files, units: await unitsAtRest(lab) };
}

/** Of one member's v3 store: 1 as long as nothing was ever written to it, and never lower again. */
export async function v3Revision(lab: Lab, host: string): Promise<string> {
  const tls = '--cacert /etc/etcd/ca.crt --cert /etc/etcd/peer.crt --key /etc/etcd/peer.key';
  const said = await sh(
    lab,
    host,
    `ETCDCTL_API=3 etcdctl --endpoints https://${lab.host(host).address}:2379 ${tls} -w json endpoint status`,
  );
  return /"revision":(\d+)/.exec(said)?.[1] ?? said;
}
