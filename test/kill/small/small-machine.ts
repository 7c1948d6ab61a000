import { defineMachine, type JsonObject, type Machine, type Phase, type Task } from '@pawl/engine';
import { guardedStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { sh, type Sh } from '@pawl/hosts';
import { SMALL_HOSTS } from './small-world';

type SmallPhase = Phase<JsonObject, ReadHands, WorkHands>;

const effect = { kind: 'effect', verify: 'it is so', deadlineMs: 60_000 } as const;

/**
 * One of each kind: looks, fences, one change a host, a change that may happen once, a line that is crossed, and back. `flaw`: a
 * machine that is wrong, to see that the matrix notices.
 */
export function smallMachine(flaw?: Flaw): Machine<JsonObject, ReadHands, WorkHands> {
  return defineMachine<JsonObject, ReadHands, WorkHands>({
    id: flaw === undefined ? 'small' : `small-${flaw}`,
    version: '1.0.0',
    title: 'A directory set aside on two hosts, and struck once',
    checkChoices: (choices) => choices,
    pointOfNoReturn: () => 'what was announced is known',
    loss: async () => ({ free: false, name: 'small', message: 'it was announced', facts: {} }),
    phases: [look, prepare, setAside(flaw), strike, announce, closing('finish', 'completed')],
    rollback: [putBack(flaw), closing('fences-closed', 'rolled-back')],
  });
}

export type Flaw = 'not-idempotent' | 'forgetful';

const look: SmallPhase = {
  name: 'look',
  title: 'Look',
  wayBack: 'nothing changed',
  steps: [
    {
      ...{ kind: 'read', name: 'at-hosts', title: 'Look', verify: 'they answer', deadlineMs: 60_000 },
      targets: () => [...SMALL_HOSTS],
      describe: () => ['ls'],
      async run({ hands, target }: Task<JsonObject, ReadHands>) {
        const { stdout } = await hands.on(target).read(['ls', '/var/lib/data']);
        return { there: stdout.toString() };
      },
    },
  ],
};

const prepare: SmallPhase = {
  name: 'prepare',
  title: 'Take the hosts',
  wayBack: 'fences closed',
  rollbackAt: 'fences-closed',
  steps: [plant('fences-closed/close')],
};

function setAside(flaw?: Flaw): SmallPhase {
  const move = sh`if [ -d /var/lib/data/member ]; then witness mv member aside; mv /var/lib/data/member /var/lib/data/aside; fi`;
  return {
    name: 'set-aside',
    title: 'Set aside',
    wayBack: 'put back',
    rollbackAt: 'put-back',
    steps: [flaw === 'not-idempotent' ? unguarded : change('rename', move, 'put-back/rename-back')],
  };
}

/** What no step may do: change a host behind the guard's back, so that nobody can know whether it was done. */
const unguarded: SmallPhase['steps'][number] = {
  ...{ ...effect, name: 'rename', title: 'Rename', undoneBy: 'put-back/rename-back' },
  targets: () => [...SMALL_HOSTS],
  describe: () => ['mv'],
  async run({ hands, target }: Task<JsonObject, WorkHands>) {
    await hands
      .on(target)
      .readScript(sh`witness mv member aside; mv -T /var/lib/data/member /var/lib/data/aside || :`);
    return {};
  },
};

const strike: SmallPhase = {
  name: 'strike',
  title: 'Strike once',
  wayBack: 'put back',
  rollbackAt: 'put-back',
  steps: [
    change('make-copy', sh`mkdir -p /var/lib/data/copy`, 'put-back/rename-back'),
    {
      ...{ kind: 'one-shot', name: 'strike', title: 'Strike', verify: 'it was struck', deadlineMs: 60_000 },
      ...{ undoneBy: 'put-back/rename-back', startOverAt: 'strike/make-copy' },
      targets: () => ['h1'],
      describe: () => ['witness strike'],
      round: () => 1,
      async probe({ hands, target }) {
        const job = (await hands.jobs(target)).find(({ once }) => once === 'strike-1');
        if (job === undefined || job.state === 'prepared')
          return { verdict: 'untouched', round: 1, evidence: {} };
        if (job.state === 'exited' && job.exit === 0)
          return { verdict: 'done', round: 1, evidence: {}, facts: { struck: true } };
        return { verdict: job.state === 'running' ? 'unknown' : 'spent', round: 1, evidence: {} };
      },
      async run({ hands }: Task<JsonObject, WorkHands>) {
        await hands.host.change({
          what: 'strike',
          script: sh`witness strike; echo struck >/var/lib/data/copy/struck`,
          once: 'strike-1',
        });
        return { struck: true };
      },
    },
  ],
};

const announce: SmallPhase = {
  name: 'announce',
  title: 'Announce',
  wayBack: 'see below',
  rollbackAt: 'put-back',
  steps: [
    guardedStep<JsonObject, undefined>({
      ...{ name: 'announce', title: 'Announce', verify: 'it is known', deadlineMs: 60_000 },
      targets: () => ['h2'],
      undoneBy: 'irreversible',
      change: () => ({ what: 'announce', script: sh`witness announce` }),
    }),
  ],
};

function putBack(flaw?: Flaw): SmallPhase {
  const back = sh`rm -rf /var/lib/data/copy; if [ -d /var/lib/data/aside ]; then witness mv aside member; mv /var/lib/data/aside /var/lib/data/member; fi`;
  const forgets = sh`if [ -d /var/lib/data/aside ]; then mv /var/lib/data/aside /var/lib/data/member; fi`;
  return {
    name: 'put-back',
    title: 'Put back',
    wayBack: 'none',
    steps: [plant('kept'), change('rename-back', flaw === 'forgetful' ? forgets : back, 'kept')],
  };
}

/** Anew, where a run that had ended is taken back. */
function plant(undoneBy: string): SmallPhase['steps'][number] {
  return {
    ...{ ...effect, name: 'plant', title: 'Plant', undoneBy },
    describe: () => ['plant'],
    async run({ hands }: Task<JsonObject, WorkHands>) {
      await hands.fences.plant([...SMALL_HOSTS], () => 'the way back\n');
      return { hosts: [...SMALL_HOSTS] };
    },
  };
}

function closing(name: string, outcome: string): SmallPhase {
  return {
    name,
    title: 'Let the hosts go',
    wayBack: 'fences planted anew',
    ...(outcome === 'completed' && { rollbackAt: 'put-back' }),
    steps: [
      {
        ...{ ...effect, name: 'close', title: 'Close', undoneBy: 'kept' },
        describe: () => ['close'],
        async run({ hands }: Task<JsonObject, WorkHands>) {
          await hands.fences.close([...SMALL_HOSTS], outcome);
          return { hosts: [...SMALL_HOSTS] };
        },
      },
    ],
  };
}

function change(name: string, script: Sh, undoneBy: string): SmallPhase['steps'][number] {
  return guardedStep<JsonObject, undefined>({
    ...{ name, title: name, verify: 'it is changed', deadlineMs: 60_000, undoneBy },
    targets: () => [...SMALL_HOSTS],
    concurrency: 1,
    change: () => ({ what: name, script }),
  });
}
