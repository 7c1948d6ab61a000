import { defineMachine, type JsonObject, type Scope } from '@pawl/engine';
import type { ReadHands, WorkHands } from '@pawl/fleet';
import type { CliMachine } from 'pawl';
import { role } from './cli-machine';
import { looking, trouble, type ToyHosts } from './machine';
import type { World } from './world';

interface ProofChoices extends ToyHosts {
  readonly backups: readonly { readonly host: string; readonly path: string }[];
  readonly manifestDigest: string | null;
}

/** Proves backups of the toy: starts a copy of each, and says what it found. `spoil('backup-of/HOST')`: that one is broken. */
export function toyProof(world: World): CliMachine {
  const hosts = ({ choices }: Scope<ProofChoices>): readonly string[] =>
    choices.backups.map(({ host }) => host);
  const machine = defineMachine<ProofChoices, ReadHands, WorkHands>({
    id: 'toy-proof',
    version: '1.0.0',
    title: 'Prove that backups of the toy restore',
    checkChoices: (choices: JsonObject) => choices as ProofChoices,
    phases: [
      { name: 'look', title: 'Look first', wayBack: 'nothing changed', steps: [looking(world)] },
      {
        name: 'rehearse',
        title: 'Start a copy beside it',
        wayBack: 'it is removed',
        rollbackAt: 'scratch-gone',
        steps: [
          {
            kind: 'effect',
            name: 'compare',
            title: 'Compare the copy',
            targets: hosts,
            undoneBy: 'scratch-gone/remove',
            verify: 'it is compared',
            deadlineMs: 60_000,
            describe: (_, target) => [`start-scratch ${target}`],
            run: async (task) => {
              await trouble(world, 'rehearse/compare', task.signal);
              world.effect(`scratch ${task.target}`);
              return { equal: world.trouble(`backup-of/${task.target}`) === undefined };
            },
          },
        ],
      },
    ],
    rollback: [
      {
        name: 'scratch-gone',
        title: 'Remove the copy',
        wayBack: '',
        steps: [
          {
            kind: 'effect',
            name: 'remove',
            title: 'Remove the copy',
            targets: hosts,
            undoneBy: 'kept',
            verify: 'it is gone',
            deadlineMs: 60_000,
            describe: (_, target) => [`remove-scratch ${target}`],
            run: async ({ target }) => {
              world.effect(`removed scratch ${target}`);
              return {};
            },
          },
        ],
      },
    ],
  });
  return {
    id: 'toy-proof',
    title: 'Prove that backups of the toy restore',
    runPrefix: 'backup-check',
    checksBackupsOf: 'toy',
    plantedBy: 'none/none',
    machine,
    choices: (inventory, { backups = [], manifestDigest = null }) => ({
      clusterName: 'toy',
      inventoryFile: inventory.file,
      etcd: role(inventory, 'etcd').filter(({ name }) => backups.some(({ host }) => host === name)),
      masters: [],
      backups: backups.map(({ host, path }) => ({ host, path })),
      manifestDigest,
    }),
    pointOfNoReturnName: (choices) => (choices as ProofChoices).clusterName,
    hostsOf: (choices) => (choices as ProofChoices).etcd,
    check: async () => ({
      findings:
        world.trouble('backup') === undefined
          ? [{ code: 'OK', level: 'ok', message: 'there is room' }]
          : [{ code: 'E_DISK', level: 'refusal', message: 'there is no room' }],
      facts: {},
    }),
    summary: () => ({ notices: [] }),
    findings: (choices, facts) =>
      (choices as ProofChoices).backups.map(({ host, path }) =>
        facts.find('rehearse/compare', host)?.['equal'] === true
          ? { code: 'OK', level: 'ok', host, message: `${path} restores` }
          : { code: 'E_TOY_BACKUP', level: 'refusal', host, message: `${path} does not restore` },
      ),
    outage: () => ({}),
  };
}
