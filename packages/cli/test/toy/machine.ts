import { setTimeout as sleep } from 'node:timers/promises';
import {
  defineMachine,
  InDoubt,
  PawlError,
  StepBlocked,
  StepRefused,
  type EffectStep,
  type JsonObject,
  type Loss,
  type Machine,
  type ReadStep,
  type Scope,
} from '@pawl/engine';
import type { ReadHands, WorkHands } from '@pawl/fleet';
import type { World } from './world';

export interface ToyHost extends JsonObject {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly become: boolean;
}

export interface ToyHosts extends JsonObject {
  readonly clusterName: string;
  readonly inventoryFile: string;
  readonly etcd: readonly ToyHost[];
  readonly masters: readonly ToyHost[];
}

export interface ToyChoices extends ToyHosts {
  readonly acceptPointOfNoReturn: string | null;
  readonly ttl: string;
  readonly onFailure: 'pause' | 'rollback';
  readonly maxOutageSeconds: number | null;
}

/** What must not be seen in any output. */
export const CANARY = 'canary-Zk3x9QhWvX1aYt0';
const SECRET_KEY = `/openshift.io/oauth/accesstokens/${CANARY}`;

type Chosen = Scope<ToyChoices>;
type ToyEffect = EffectStep<ToyChoices, WorkHands>;
const masters = ({ choices }: Chosen): readonly string[] => choices.masters.map((host) => host.name);
const everyone = ({ choices }: Scope<ToyHosts>): readonly string[] =>
  [...choices.etcd, ...choices.masters].map((host) => host.name);
const first = ({ choices }: Chosen): readonly string[] => choices.etcd.slice(0, 1).map((host) => host.name);
const living = (hosts: (scope: Chosen) => readonly string[]) => (scope: Chosen) =>
  hosts(scope).filter((name) => !(scope.said?.dead.includes(name) ?? false));

/**
 * Four phases: look, stop (the outage begins), convert (one-shot), start (no way back; the outage ends). The way back: put the
 * copy aside, start the masters again. A cleanup removes what was put aside.
 */
export function toyMachine(world: World, version = '1.0.0'): Machine<ToyChoices, ReadHands, WorkHands> {
  const effect = (phase: string, name: string, spec: Partial<ToyEffect> = {}): ToyEffect => ({
    kind: 'effect',
    name,
    title: `${name} the toy`,
    targets: masters,
    undoneBy: 'kept',
    verify: 'the line is there',
    deadlineMs: 60_000,
    describe: (_, target) => [`echo '${name} ${target}' >> effects`],
    run: async (task) => {
      await trouble(world, `${phase}/${name}`, task.signal);
      world.effect(`${name} ${task.target}`);
      return {};
    },
    ...spec,
  });
  return defineMachine<ToyChoices, ReadHands, WorkHands>({
    id: 'toy',
    version,
    title: 'Turn the toy',
    checkChoices,
    phases: [
      {
        name: 'look',
        title: 'Look before touching',
        wayBack: 'nothing changed',
        steps: [looking(world)],
      },
      {
        name: 'stop',
        title: 'Stop the masters',
        wayBack: 'start them',
        rollbackAt: 'start-again',
        steps: [effect('stop', 'stop-units', { undoneBy: 'start-again/restart' })],
      },
      {
        name: 'convert',
        title: 'Convert the copy',
        wayBack: 'the copy is put aside',
        rollbackAt: 'put-back',
        steps: [
          effect('convert', 'copy', { targets: first, undoneBy: 'put-back/put-aside' }),
          {
            kind: 'one-shot',
            name: 'turn',
            title: 'Turn the copy, once',
            targets: first,
            undoneBy: 'kept',
            verify: 'the copy is turned',
            deadlineMs: 60_000,
            startOverAt: 'convert/copy',
            describe: () => ['turn copy-1'],
            round: () => 1,
            probe: async () => ({
              verdict:
                world.trouble('convert/turn') === 'doubt'
                  ? 'unknown'
                  : world.effects().includes('turn')
                    ? 'done'
                    : 'untouched',
              round: 1,
              evidence: { effects: world.effects().length },
            }),
            run: async (task) => {
              await trouble(world, 'convert/turn', task.signal);
              world.effect('turn');
              return {};
            },
          },
        ],
      },
      {
        name: 'start',
        title: 'Start the masters',
        wayBack: 'none',
        rollbackAt: 'put-back',
        steps: [effect('start', 'start-units', { undoneBy: 'irreversible', concurrency: 1 })],
      },
    ],
    rollback: [
      {
        name: 'put-back',
        title: 'Put the copy aside',
        wayBack: '',
        steps: [effect('put-back', 'put-aside', { targets: living(first) })],
      },
      {
        name: 'start-again',
        title: 'Start the masters again',
        wayBack: '',
        steps: [effect('start-again', 'restart', { targets: living(masters) })],
      },
    ],
    cleanup: [
      {
        name: 'tidy',
        title: 'Tidy up',
        wayBack: '',
        steps: [
          effect('tidy', 'remove', {
            targets: first,
            undoneBy: 'irreversible',
            describe: ({ said }) => [`rm -rf ${(said?.remove ?? []).join(' ')}`],
            run: async (task) => {
              await trouble(world, 'tidy/remove', task.signal);
              for (const name of task.said?.remove ?? []) world.effect(`removed ${name}`);
              return {};
            },
          }),
        ],
      },
    ],
    pointOfNoReturn: ({ choices }) =>
      `After the first master of ${choices.clusterName} is started, what was written is lost by going back.`,
    loss: async ({ choices }) => lossOf(world, choices),
    checkDead: ({ etcd }, dead) => {
      if (etcd.every(({ name }) => dead.includes(name)))
        throw new PawlError('E_NO_QUORUM', `without ${dead.join(', ')} nothing is left`);
    },
    checkRemove: (_, remove) => {
      if (remove.includes('original') && remove.includes('backup'))
        throw new PawlError('E_ONLY_COPY', 'original and backup are all that is left', {
          hint: 'Keep one of them.',
        });
    },
    onFailure: ({ onFailure }) => onFailure,
    deadline: ({ choices, facts }) => {
      // The toy's outage has always lasted since 1970.
      if (choices.maxOutageSeconds === null || facts.all('stop/stop-units').size === 0) return undefined;
      return new Date(choices.maxOutageSeconds * 1000).toISOString();
    },
  });
}

function lossOf(world: World, { clusterName: name }: ToyChoices): Loss {
  const written = world.effects().filter((line) => line.startsWith('written '));
  return {
    free: written.length === 0,
    name,
    message: written.length === 0 ? 'nothing was written' : `${written.length} keys would be lost`,
    facts: { writtenKeys: [...written.map((line) => line.slice(8)), SECRET_KEY] },
  };
}

export function looking<C extends ToyHosts>(world: World): ReadStep<C, ReadHands> {
  return {
    kind: 'read',
    name: 'hosts',
    title: 'Ask every host',
    targets: everyone,
    verify: 'every host answers',
    deadlineMs: 60_000,
    describe: (_, target) => [`ping ${target}`],
    run: async (task) => {
      await trouble(world, 'look/hosts', task.signal);
      task.progress('it answers');
      return { up: true };
    },
  };
}

export async function trouble(world: World, step: string, signal: AbortSignal): Promise<void> {
  while (world.isHeld(step)) await sleep(10, undefined, { signal });
  switch (world.trouble(step)) {
    case 'blocked':
      throw new StepBlocked('E_TOY_BLOCKED', 'the toy is stuck', { hint: 'Oil it.', where: step });
    case 'refused':
      throw new StepRefused('E_TOY_REFUSED', 'the toy says no', { hint: 'Ask nicely.', where: step });
    case 'doubt':
      throw new InDoubt('E_TOY_DOUBT', 'nobody knows what became of the toy', [
        { name: 'ask-again', meaning: 'look once more' },
      ]);
    case 'leak':
      throw new StepBlocked('E_TOY_LEAK', `stuck at ${SECRET_KEY}`, {
        hint: `Authorization: Bearer ${CANARY}`,
        facts: { [SECRET_KEY]: 1, password: CANARY, list: [SECRET_KEY] },
      });
    case 'fenced':
      throw new PawlError('E_FENCED', 'another run holds the toy');
    case 'bug':
      throw new PawlError('E_TOY_BUG', 'the toy fell apart');
    case undefined:
      return;
  }
}

function checkChoices(choices: JsonObject): ToyChoices {
  if (Array.isArray(choices['etcd']) && Array.isArray(choices['masters'])) return choices as ToyChoices;
  throw new PawlError('E_CHOICES', 'the toy has no hosts');
}
