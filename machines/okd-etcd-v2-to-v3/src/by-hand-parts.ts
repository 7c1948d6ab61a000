import type { Facts } from '@pawl/engine';
import { etcdctlV2, runLayout, type EtcdSettings } from '@pawl/etcd';
import { holdName, posixCommand, posixQuote } from '@pawl/hosts';
import type { OkdChoices, RunHost } from './choices';
import type { EtcdHostFacts, MasterFacts } from './facts';

export interface ByHandPart {
  readonly title: string;
  /** For a person, before the commands. */
  readonly says: readonly string[];
  readonly blocks: readonly Block[];
}

interface Block {
  readonly hosts: readonly string[];
  /** Commands as they are typed, a line each. */
  readonly lines: readonly string[];
}

type Member = Pick<EtcdSettings, 'unit' | 'dataDir' | 'walDir' | 'configFile' | 'clientEndpoint' | 'certs'>;
type Master = Pick<MasterFacts, 'units' | 'configPath'>;

/** The way back by hand, part by part with a barrier after each. `facts`: as far as preflight has come. */
export function byHandParts(run: string, { etcd, masters }: OkdChoices, facts: Facts): readonly ByHandPart[] {
  const member = (host: RunHost): Member =>
    (facts.find('preflight/etcd-hosts', host.name) as EtcdHostFacts | undefined)?.settings ?? usual(host);
  const master = (host: RunHost): Master =>
    (facts.find('preflight/masters', host.name) as MasterFacts | undefined) ?? USUAL_MASTER;
  const onEtcd = (lines: (of: Member) => readonly string[]): readonly Block[] =>
    grouped(etcd.map((host) => [host.name, lines(member(host))]));
  const onMasters = (lines: (of: Master) => readonly string[]): readonly Block[] =>
    grouped(masters.map((host) => [host.name, lines(master(host))]));
  return [
    {
      title:
        'Every host: nothing of the run is at work any more. Each job that still runs is shown: wait for its end.',
      says: [],
      blocks: grouped([...etcd, ...masters].map(({ name }): Named => [name, [noJobs(run)]])),
    },
    {
      title: 'Every master: stop it, and keep it down.',
      says: [],
      blocks: onMasters(({ units }) => [`systemctl stop ${[...units].reverse().map(posixQuote).join(' ')}`]),
    },
    {
      title: 'Every etcd host: stop etcd; no process of it is left.',
      says: [],
      blocks: onEtcd(({ unit }) => [`systemctl stop ${posixQuote(unit)}`, '! pgrep -a -x etcd']),
    },
    {
      title: 'Every etcd host: no start forces a new cluster any more.',
      says: [],
      blocks: onEtcd(({ unit }) => noForce(unit)),
    },
    {
      title: 'Every host: the original data and files return to their place. Nothing is deleted.',
      says: [
        'What stands in the place of an original moves away, into the run’s folder. `sha256sum` compares the original with',
        'its backup, and prints nothing if they are the same.',
      ],
      blocks: [
        ...onEtcd((of) => [...dataBack(run, of), ...fileBack(run, of.configFile)]),
        ...onMasters(({ configPath }) => fileBack(run, configPath)),
      ],
    },
    {
      title: 'Every etcd host: only now release etcd, and start it on all hosts together.',
      says: [],
      blocks: onEtcd(({ unit }) => [
        ...release(unit),
        `systemctl reset-failed ${posixQuote(unit)}`,
        `systemctl --no-block start ${posixQuote(unit)}`,
      ]),
    },
    {
      title:
        'Any etcd host: wait until all members are healthy; each line that is not is shown every 2 seconds.',
      says: ['Then the members must be those of before, and the keys: not an empty list.'],
      blocks: onEtcd(healthy).slice(0, 1),
    },
    {
      title: 'Every master: release it, and start it.',
      says: [
        `A unit that did not run before the run need not be started: /var/lib/pawl/runs/${run}/recorded says how each was found.`,
      ],
      blocks: onMasters(({ units }) => [
        ...units.flatMap(release),
        ...units.map((unit) => `systemctl start ${posixQuote(unit)}`),
      ]),
    },
    {
      title: 'When the cluster is well, every host: take the fence away, so that a new run may begin.',
      says: ['What the run has left is kept, under a name that no new run takes.'],
      blocks: grouped([
        ...etcd.map((host): Named => [
          host.name,
          [...letGo(run), ...setApart(`${member(host).dataDir}/pawl-${run}`)],
        ]),
        ...masters
          .filter((host) => !etcd.some(({ name }) => name === host.name))
          .map((host): Named => [host.name, letGo(run)]),
      ]),
    },
  ];
}

type Named = readonly [host: string, lines: readonly string[]];

/** A job's lock is held as long as anything of it lives. */
function noJobs(run: string): string {
  return `! for lock in ${posixQuote(`/var/lib/pawl/runs/${run}/jobs`)}/*/lock; do [ ! -e "$lock" ] || flock -n -s "$lock" true || echo "$lock"; done | grep .`;
}

/** Hosts on which the same is typed stand together. */
function grouped(all: readonly Named[]): readonly Block[] {
  const blocks = new Map<string, { hosts: string[]; lines: readonly string[] }>();
  for (const [host, lines] of all) {
    const key = lines.join('\n');
    if (lines.length === 0) continue;
    const block = blocks.get(key) ?? { hosts: [], lines };
    if (!block.hosts.includes(host)) block.hosts.push(host);
    blocks.set(key, block);
  }
  return [...blocks.values()];
}

function noForce(unit: string): readonly string[] {
  const dir = posixQuote(`/run/systemd/system/${bare(unit)}.service.d`);
  return [
    `rm -f ${dir}/99-pawl-force.conf ${dir}/.99-pawl-force.new /run/pawl/force-new-cluster.env /run/pawl/force-new-cluster.env.new`,
    `rmdir ${dir} 2>/dev/null || :`,
    'systemctl daemon-reload',
    `! systemctl cat ${posixQuote(unit)} | grep -i force.new.cluster`,
  ];
}

function dataBack(run: string, of: Member): readonly string[] {
  const { folder, member, wal, original, originalWal } = runLayout(of, run);
  const aside = `${folder}/by-hand`;
  const [q, o] = [posixQuote, posixQuote(original)];
  return [
    ...(wal === null || originalWal === null
      ? []
      : [
          `if [ -e ${q(originalWal)} ] && [ -e ${q(wal)} ]; then mv -nT ${q(wal)} ${q(originalWal.replace(/-original-wal$/, '-by-hand-wal'))}; fi`,
          `if [ -e ${q(originalWal)} ]; then mv -nT ${q(originalWal)} ${q(wal)}; fi`,
          `! ls -d ${q(originalWal)} 2>/dev/null`,
          `ls -d ${q(wal)}`,
        ]),
    `if [ -e ${o} ] && [ -e ${q(member)} ]; then mkdir -p ${q(aside)} && mv -nT ${q(member)} ${q(`${aside}/member`)}; fi`,
    `if [ -e ${o} ]; then mv -nT ${o} ${q(member)} && (cd ${q(member)} && sha256sum -c --quiet ${q(`${folder}/backup/member.sha256`)}); fi`,
    `! ls -d ${o} 2>/dev/null`,
    `ls -d ${q(member)}`,
  ];
}

/** Of a file that was edited; any other has no pristine original. */
function fileBack(run: string, path: string | null): readonly string[] {
  if (path === null) return [];
  const pristine = posixQuote(`/var/lib/pawl/runs/${run}/pristine${path}`);
  return [`if [ -e ${pristine} ]; then cp -p ${pristine} ${posixQuote(path)}; fi`];
}

function release(unit: string): readonly string[] {
  const dir = posixQuote(`/etc/systemd/system/${bare(unit)}.service.d`);
  return [
    `rm -f ${dir}/${holdName} ${dir}/.${holdName}.new`,
    `rmdir ${dir} 2>/dev/null || :`,
    'systemctl daemon-reload',
  ];
}

/** systemd's own names have the suffix, an inventory's have not. */
const bare = (unit: string): string => unit.replace(/\.service$/, '');

/** Line by line: up to 3.2 the last line says healthy with a member down. */
function healthy(of: Member): readonly string[] {
  const ask = (...args: readonly string[]): string => {
    const { argv } = etcdctlV2(of, args);
    return `ETCDCTL_API=2 ${posixCommand(argv)}`;
  };
  return [
    `while ${ask('cluster-health')} 2>&1 | grep -v 'is healthy'; do sleep 2; done`,
    ask('member', 'list'),
    ask('ls', '/'),
  ];
}

function letGo(run: string): readonly string[] {
  return ['rm -f /var/lib/pawl/fence', ...setApart(`/var/lib/pawl/runs/${run}`)];
}

function setApart(folder: string): readonly string[] {
  return [
    `if [ -e ${posixQuote(folder)} ]; then mv -nT ${posixQuote(folder)} ${posixQuote(`${folder}.by-hand`)}.$(date +%s); fi`,
  ];
}

/** As the rpm and the 3.6 installer set it up. */
function usual({ address }: RunHost): Member {
  return {
    unit: 'etcd',
    dataDir: '/var/lib/etcd',
    walDir: null,
    configFile: '/etc/etcd/etcd.conf',
    clientEndpoint: `https://${address}:2379`,
    certs: { ca: '/etc/etcd/ca.crt', cert: '/etc/etcd/peer.crt', key: '/etc/etcd/peer.key' },
  };
}

const USUAL_MASTER: Master = {
  units: ['origin-master-api', 'origin-master-controllers'],
  configPath: '/etc/origin/master/master-config.yaml',
};
