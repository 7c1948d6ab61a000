import { PawlError, type JournalRow, type JsonObject } from '@pawl/engine';
import type { Inventory } from '@pawl/hosts';
import type { CheckFinding, CliMachine, Outage } from 'pawl';
import { toyMachine, type ToyChoices, type ToyHost } from './machine';
import type { World } from './world';

/** The toy as the command line wants its machines. */
export function toyCliMachine(world: World, version?: string): CliMachine {
  return {
    id: 'toy',
    title: 'Turn the toy',
    runPrefix: 'toy',
    plantedBy: 'none/none',
    machine: toyMachine(world, version),
    choices(inventory, flags): ToyChoices {
      const [etcd, masters] = [role(inventory, 'etcd'), role(inventory, 'masters')];
      if (masters[0] === undefined || etcd.length === 0)
        throw new PawlError('E_INVENTORY', 'the toy needs [masters] and [etcd]', { where: inventory.file });
      return {
        clusterName:
          inventory.hosts.get(masters[0].name)?.vars['openshift_master_cluster_hostname'] ?? masters[0].name,
        inventoryFile: inventory.file,
        etcd,
        masters,
        acceptPointOfNoReturn: flags.acceptPointOfNoReturn ?? null,
        ttl: flags.ttl ?? 'remaining',
        onFailure: flags.onFailure === 'rollback' ? 'rollback' : 'pause',
        maxOutageSeconds: flags.maxOutage === undefined ? null : Number.parseInt(flags.maxOutage, 10),
      };
    },
    pointOfNoReturnName: (choices) => (choices as ToyChoices).clusterName,
    hostsOf: (choices) => [...(choices as ToyChoices).etcd, ...(choices as ToyChoices).masters],
    async check(choices) {
      const hosts = [...(choices as ToyChoices).etcd, ...(choices as ToyChoices).masters];
      const facts = { 'look/hosts': Object.fromEntries(hosts.map((host) => [host.name, { up: true }])) };
      const effects = world.effects();
      const done = effects.lastIndexOf('start-units master1') > effects.lastIndexOf('restart master1');
      return {
        findings: findings(world),
        facts,
        ...(done
          ? {
              alreadyCompleted: {
                agrees: world.effects().includes('turn'),
                evidence: { effects: world.effects().length },
              },
            }
          : {}),
      };
    },
    summary: (_, facts) => ({
      dataBytes: 28 * 1024 * 1024,
      keys: Object.keys(facts['look/hosts'] ?? {}).length * 1000,
      notices: ['Nothing is scheduled while the masters are stopped; running pods stay up.'],
    }),
    leftBehind: (_choices, _facts, host) => `${host} stays as it is`,
    conclusion: ({ etcd }, _, outcome) => [
      `${(etcd as readonly unknown[]).length} etcd hosts are ${outcome === 'rolled-back' ? 'as they were' : 'turned'}`,
    ],
    breakGlass: (run, choices) =>
      `By hand, without Pawl, for ${run} of ${(choices as ToyChoices).clusterName}:\n1. restart\n`,
    leftovers: async (choices, _facts, _hands, { run }) => {
      const removed = world.effects();
      const host = (choices as ToyChoices).etcd[0]?.name ?? '';
      return ['original', 'backup']
        .filter((name) => !removed.includes(`removed ${name}`))
        .map((name) => ({
          name,
          host,
          path: `/toy/${run}/${name}`,
          bytes: 3 * 1024 * 1024,
          what: `the ${name}`,
        }));
    },
    backupsOf: ({ etcd }, facts, run) => ({
      backups:
        facts.find('convert/copy', 'etcd1') === undefined
          ? []
          : (etcd as readonly ToyHost[]).map(({ name: host }) => ({ host, path: `/toy/${run}/backup` })),
      manifestDigest: 'd1'.repeat(32),
    }),
    originalsGone: async ({ etcd }, _, __, { run, dead }) => {
      if (world.trouble('look-for-originals') !== undefined)
        throw new PawlError('E_UNREACHABLE', 'etcd1 does not answer');
      return (etcd as readonly ToyHost[])
        .filter(({ name }) => !dead.includes(name) && world.trouble(`original-of/${name}`) !== undefined)
        .map(({ name: host }) => ({ host, path: `/toy/${run}/original` }));
    },
    outage,
  };
}

export function role(inventory: Inventory, name: string): readonly ToyHost[] {
  return (inventory.groups.get(name) ?? []).flatMap((host) => {
    const entry = inventory.hosts.get(host)?.entry;
    if (entry === undefined) return [];
    const { address, port, user, become } = entry;
    return [{ name: host, address, port, user, become }];
  });
}

function findings(world: World): readonly CheckFinding[] {
  switch (world.trouble('check')) {
    case 'refused':
      return [
        {
          code: 'E_TOY_WOUND',
          level: 'refusal',
          host: 'etcd1',
          message: 'the toy is not wound up',
          hint: 'Wind it up.',
        },
        { code: 'E_TOY_LOUD', level: 'warning', host: null, message: 'the toy is loud', hint: null },
      ];
    case 'fenced':
      return [
        {
          code: 'E_FENCED',
          level: 'refusal',
          host: 'etcd1',
          message: 'held by okd-1 of ann@desk',
          hint: 'Go on with that run.',
        },
      ];
    case 'blocked':
      return [{ code: 'E_TOY_LOUD', level: 'warning', message: 'the toy is loud' }];
    default:
      return [{ code: 'OK', level: 'ok', message: 'nothing stands in the way' }];
  }
}

function outage(rows: readonly JournalRow[]): Outage {
  const start = rows.find((row) => row.kind === 'intent' && stepOf(row.data) === 'stop/stop-units')?.at;
  const end = rows.find((row) => row.kind === 'ended')?.at;
  return {
    ...(start === undefined ? {} : { startedAt: start }),
    ...(start === undefined || end === undefined ? {} : { endedAt: end }),
  };
}

const stepOf = (data: JsonObject): unknown => data['step'];
