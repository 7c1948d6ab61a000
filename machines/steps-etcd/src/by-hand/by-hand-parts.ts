import type { Facts } from '@pawl/engine';
import { posixQuote } from '@pawl/hosts';
import {
  dataBack,
  fileBack,
  healthy,
  letGo,
  noForce,
  noJobs,
  release,
  setApartData,
  type Member,
} from './by-hand-commands';
import type { ClusterChoices, RunHost } from '../cluster-choices';
import type { EtcdSetup, MasterFacts } from '../facts';

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

type Master = Pick<MasterFacts, 'units' | 'configPath' | 'configSha256'>;

/** The way back by hand, part by part with a barrier after each. `facts`: as far as preflight has come. */
export function byHandParts(
  run: string,
  { etcd, masters }: ClusterChoices,
  facts: Facts,
): readonly ByHandPart[] {
  const member = (host: RunHost): Member =>
    (facts.find('preflight/etcd-hosts', host.name) as EtcdSetup | undefined)?.settings ?? usual(host);
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
        'What stands in the place of an original moves away, into the run’s folder. `sha256sum` compares the data with its',
        'backup, and a master’s file with the one of before the run, and prints nothing if they are the same.',
      ],
      blocks: [
        ...onEtcd((of) => [...dataBack(run, of), ...fileBack(run, of.configFile)]),
        ...onMasters(({ configPath, configSha256 }) => fileBack(run, configPath, configSha256)),
      ],
    },
    {
      title: 'Every etcd host: only now release etcd, and start it on all hosts together.',
      says: [
        `One that did not run before the run, or has no data, is released and not started: /var/lib/pawl/runs/${run}/recorded says how each was found.`,
      ],
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
        ...etcd.map((host): Named => [host.name, [...letGo(run), ...setApartData(run, member(host))]]),
        ...masters
          .filter((host) => !etcd.some(({ name }) => name === host.name))
          .map((host): Named => [host.name, letGo(run)]),
      ]),
    },
  ];
}

type Named = readonly [host: string, lines: readonly string[]];

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
  configSha256: null,
};
