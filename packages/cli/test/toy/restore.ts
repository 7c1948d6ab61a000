import { defineMachine, PawlError, type EffectStep, type JsonObject, type Scope } from '@pawl/engine';
import type { ReadHands, WorkHands } from '@pawl/fleet';
import type { CliMachine } from 'pawl';
import { role } from './cli-machine';
import { looking, trouble, type ToyHosts } from './machine';
import type { World } from './world';

interface RestoreChoices extends ToyHosts {
  readonly from: { readonly host: string; readonly path: string };
  readonly dbFrom: string | null;
  readonly gone: readonly string[];
  readonly reason: string | null;
  readonly acceptDataLoss: string | null;
}

type Step = EffectStep<RestoreChoices, WorkHands>;

/** Takes the toy back by a backup: look, put it in place (one host), start; and back again. */
export function toyRestore(world: World): CliMachine {
  const effect = (
    phase: string,
    name: string,
    targets: NonNullable<Step['targets']>,
    undoneBy: string,
  ): Step => ({
    ...{ kind: 'effect', name, title: `${name} the toy`, targets, undoneBy },
    verify: 'the line is there',
    deadlineMs: 60_000,
    describe: ({ choices }, target) => [`echo '${name} ${choices.from.path} ${target}' >> effects`],
    run: async (task) => {
      await trouble(world, `${phase}/${name}`, task.signal);
      world.effect(`${name} ${task.target}`);
      return {};
    },
  });
  const onBackup = ({ choices }: Scope<RestoreChoices>): readonly string[] => [choices.from.host];
  const masters = ({ choices }: Scope<RestoreChoices>): readonly string[] =>
    choices.masters.map(({ name }) => name);
  const machine = defineMachine<RestoreChoices, ReadHands, WorkHands>({
    id: 'toy-restore',
    version: '1.0.0',
    title: 'Take the toy back by a backup',
    checkChoices: (choices: JsonObject) => choices as RestoreChoices,
    phases: [
      { name: 'look', title: 'Look first', wayBack: 'nothing changed', steps: [looking(world)] },
      {
        name: 'put-in-place',
        title: 'Put the backup in place',
        wayBack: 'it is taken away',
        rollbackAt: 'take-away',
        steps: [effect('put-in-place', 'put', onBackup, 'take-away/take')],
      },
      {
        name: 'start',
        title: 'Start the masters',
        wayBack: 'they are stopped',
        rollbackAt: 'take-away',
        steps: [effect('start', 'start-on-backup', masters, 'take-away/take')],
      },
    ],
    rollback: [
      {
        name: 'take-away',
        title: 'Take the backup away',
        wayBack: '',
        steps: [effect('take-away', 'take', onBackup, 'kept')],
      },
    ],
  });
  return {
    id: 'toy-restore',
    title: 'Take the toy back by a backup',
    runPrefix: 'restore',
    restores: 'toy',
    plantedBy: 'none/none',
    machine,
    choices(inventory, flags) {
      const gone = flags.hostDead ?? [];
      const names = [...role(inventory, 'etcd'), ...role(inventory, 'masters')].map(({ name }) => name);
      if (!gone.every((name) => names.includes(name)))
        throw new PawlError('E_USAGE', `--host-dead ${gone.join(', ')}: no host of the inventory`);
      const etcd = role(inventory, 'etcd').filter(({ name }) => !gone.includes(name));
      const [, host = etcd[0]?.name ?? '', path] = /^(?:([^:]+):)?(\/.*)$/.exec(flags.from ?? '') ?? [];
      if (path === undefined || !etcd.some(({ name }) => name === host))
        throw new PawlError('E_USAGE', 'which backup?');
      const masters = role(inventory, 'masters');
      return {
        clusterName:
          inventory.hosts.get(masters[0]?.name ?? '')?.vars['openshift_master_cluster_hostname'] ?? '',
        inventoryFile: inventory.file,
        etcd: [...etcd].sort((a, b) => Number(b.name === host) - Number(a.name === host)),
        masters,
        from: { host, path },
        dbFrom: flags.dbFrom ?? null,
        gone: [...gone],
        reason: flags.reason ?? null,
        acceptDataLoss: flags.acceptPointOfNoReturn ?? null,
      };
    },
    pointOfNoReturnName: (choices) => (choices as RestoreChoices).clusterName,
    hostsOf: (choices) => [...(choices as RestoreChoices).etcd, ...(choices as RestoreChoices).masters],
    check: async (choices) => ({
      findings:
        world.trouble('backup') === undefined
          ? [{ code: 'OK', level: 'ok', message: 'the backup is there' }]
          : [
              {
                code: 'E_ETCD_NO_BACKUP',
                level: 'refusal',
                host: (choices as RestoreChoices).from.host,
                message: 'there is no backup',
              },
            ],
      facts: {},
    }),
    summary: () => ({ keys: 12, notices: ['12 keys were written to v3 in 17 days: they are lost'] }),
    conclusion: (choices) => [`the toy is what ${(choices as RestoreChoices).from.path} holds`],
    breakGlass: (run, choices) => `By hand, for ${run}: put ${(choices as RestoreChoices).from.path} back\n`,
    originalsGone: async (choices, _, __, { run, dead }) =>
      (choices as RestoreChoices).etcd
        .filter(({ name }) => !dead.includes(name) && world.trouble(`replaced-on/${name}`) !== undefined)
        .map(({ name: host }) => ({ host, path: `/toy/${run}/original` })),
    outage: () => ({}),
  };
}
