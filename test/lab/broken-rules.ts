import { MIGRATE, type ExecEvent } from '@pawl/lab';

interface Watched {
  readonly etcd: readonly string[];
  /** As an etcd host's own: `/var/lib/etcd`. */
  readonly dataDir?: string;
  /** The events begin before anything was backed up: no member may be set aside that was not, on its own host. */
  readonly fromStart?: boolean;
}

const ADD = /^\S*etcdctl .*\bmember add (\S+)/;

/** From then on the unit comes up when its host is booted. */
const RELEASE = /^rm -f \/etc\/systemd\/system\/(\S+)\.d\/00-pawl-hold\.conf/;
const MASTER = /^\/usr\/bin\/openshift .*\bstart master(?: (api|controllers))?( |$)/;

/** The forcing is put there; it is taken away; the host comes up without it, since it lies under /run. */
const FORCES = /^mv -fT \S+ (\S*\/99-pawl-force\.conf|\/run\/pawl\/force-new-cluster\.env)$/;
const FORCE_GOES = /^rm -f (.* )?\S*\/99-pawl-force\.conf( |$)/;
const BOOT = '/usr/lib/systemd/systemd';

/** Of a unit: `etcd`, `api`, `controllers`, or `master` where it is one for both. */
const partOf = (unit: string): string =>
  /-master-(api|controllers)/.exec(unit)?.[1] ?? (unit.includes('-master') ? 'master' : 'etcd');

/** What is only ever moved: the unit's own data, originals, backups. */
const isKept = (path: string, dataDir: string): boolean =>
  path === `${dataDir}/member` ||
  (path.startsWith(`${dataDir}/pawl-`) && /\/pawl-[^/]+\/(original|backup)(\/|$)/.test(path));

/**
 * What a run must never do, there or back, looked for in what an observer outside of Pawl saw on the hosts, in order: a line for
 * each time it was done. At the first event masters and etcd are up, on originals.
 */
export function brokenRules(
  events: readonly ExecEvent[],
  { etcd, dataDir = '/var/lib/etcd', fromStart = false }: Watched,
): readonly string[] {
  const broken: string[] = [];
  const member = `${dataDir}/member`;
  const mastersUp = new Set<string>();
  const etcdUp = new Set(etcd);
  const onNew = new Set<string>();
  /** Hosts on which a program was too short-lived to be read, a rename perhaps: on which data they stand can't be said. */
  const doubt = new Set<string>();
  const migrated = new Set<string>();
  const backedUp = new Set<string>();
  /** What was stopped, and neither started nor released since: `host etcd`, `host api`. */
  const stopped = new Set<string>();
  /** On which the next start would force a new cluster, and whether one has since it was put there. */
  const forced = new Map<string, 'not yet' | 'started'>();
  /** Added to the cluster, and not started since. */
  let joining: string | undefined;
  let sawMasterStop = false;

  const whileForced = (what: string): void => {
    for (const host of forced.keys())
      if (!doubt.has(host)) broken.push(`${what} while ${host} was made to force a new cluster`);
  };
  const startsForced = (host: string): void => {
    if (forced.get(host) === 'started' && !doubt.has(host))
      broken.push(`${host}: etcd was started twice with the same forcing`);
    if (forced.has(host)) forced.set(host, 'started');
  };
  const master = (host: string, verb: string, unit: string): void => {
    if (verb === 'start') {
      mastersUp.add(`${host} ${unit}`);
      whileForced(`${host}: ${unit} was started`);
    } else {
      sawMasterStop = true;
      mastersUp.delete(`${host} ${unit}`);
    }
  };
  const etcdUnit = (host: string, verb: string): void => {
    if (verb === 'stop') {
      etcdUp.delete(host);
      return;
    }
    const strangers = [...etcdUp].filter((other) => onNew.has(other) !== onNew.has(host));
    if (strangers.length > 0 && ![host, ...strangers].some((each) => doubt.has(each)))
      broken.push(
        `${host} was started ${onNew.has(host) ? 'anew' : 'on its original'} beside ${strangers.join(', ')}`,
      );
    etcdUp.add(host);
    if (joining === host) joining = undefined;
  };
  const added = (member: string): void => {
    const host = member.replace(/\..*$/, '');
    whileForced(`${host} was added`);
    if (joining !== undefined && joining !== host && !doubt.has(joining))
      broken.push(`${host} was added while ${joining} had not been started`);
    joining = host;
  };
  const cameUp = (host: string, part: string): void => {
    if (stopped.has(`${host} ${part}`) && !doubt.has(host))
      broken.push(`${host}: ${part} came up, and nobody had started it`);
  };
  const moved = (host: string, from: string, to: string): void => {
    if (mastersUp.size > 0 || !sawMasterStop)
      broken.push(`${host}: ${from} was moved while masters were up: ${[...mastersUp].join(', ')}`);
    if (etcdUp.has(host)) broken.push(`${host}: ${from} was moved while etcd was up`);
    if (to.endsWith('/original/member')) {
      onNew.add(host);
      if (fromStart && !backedUp.has(host) && !doubt.has(host))
        broken.push(`${host}: ${from} was set aside, and there was no backup of it`);
    }
    if (!from.endsWith('/original/member') || to !== member) return;
    whileForced(`${host}: the original was put back`);
    if (etcdUp.size > 0)
      broken.push(`${host}: the original was put back while etcd was up on ${[...etcdUp].join(', ')}`);
    onNew.delete(host);
  };

  for (const { host, argv, unread } of events) {
    if (unread === true) for (const each of host === '?' ? etcd : [host]) doubt.add(each);
    const unit = /^\S*systemctl (?:--no-block )?(stop|start) (\S+)$/.exec(argv);
    const move = /^mv -nT (\S+) (\S+)$/.exec(argv);
    if (unit !== null) {
      const [, verb = '', name = ''] = unit;
      if (verb === 'stop') stopped.add(`${host} ${partOf(name)}`);
      else stopped.delete(`${host} ${partOf(name)}`);
      if (/^etcd(\.service)?$/.test(name)) etcdUnit(host, verb);
      else if (name.includes('-master')) master(host, verb, name);
    } else if (move !== null) {
      const [, from = '', to = ''] = move;
      if (from === member || to === member) moved(host, from, to);
      if (/\/pawl-[^/]+\/backup$/.test(to)) backedUp.add(host);
    } else if (FORCES.test(argv)) {
      forced.set(host, 'not yet');
    } else if (FORCE_GOES.test(argv) || argv === BOOT) {
      forced.delete(host);
    } else if (RELEASE.test(argv)) {
      stopped.delete(`${host} ${partOf(RELEASE.exec(argv)?.[1] ?? '')}`);
    } else if (/^rm -\w*r/.test(argv)) {
      const kept = argv.split(' ').find((path) => isKept(path, dataDir));
      if (kept !== undefined) broken.push(`${host}: ${kept} was deleted`);
    } else if (argv === '/usr/bin/etcd') {
      cameUp(host, 'etcd');
      startsForced(host);
    } else if (MASTER.test(argv)) {
      cameUp(host, MASTER.exec(argv)?.[1] ?? 'master');
    } else if (ADD.test(argv)) {
      added(ADD.exec(argv)?.[1] ?? '');
    } else if (MIGRATE.test(argv)) {
      const dir = argv.split(' ').at(argv.split(' ').indexOf('--data-dir') + 1) ?? '';
      if (!/\/pawl-[^/]+\/copy-\d+$/.test(dir)) broken.push(`${host}: migrate was given ${dir}`);
      if (migrated.has(dir)) broken.push(`${host}: migrate was given ${dir} twice`);
      migrated.add(dir);
    }
  }
  return broken;
}
