import { checkMachine } from '@pawl/engine';
import { ASKS_ITS_JOB } from '@pawl/fleet';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { withoutAnswer } from '../../../test/machines/left-open';
import { stepsInWords } from '../../../test/machines/steps-in-words';
import { okdEtcdV2ToV3 as machine } from '../src';
import { choicesOf } from './helpers/a-cluster';

test('whatever world, operator and steps say, the machine keeps its word', () => {
  const { states, edges, faults } = checkMachine(machine, choicesOf());
  process.stdout.write(`model: ${machine.spec.id}: ${states} states, ${edges} edges\n`);
  expect(faults).toEqual([]);
  expect(states).toBeGreaterThan(100);
});

test('every step that changes something says how it is decided what became of it', () => {
  expect(withoutAnswer(machine.spec)).toEqual([]);
});

test('the phases and their steps', () => {
  expect(stepsInWords(machine.spec)).toMatchSnapshot();
});

test('docs/machine.md says it of each step that is not decided by its job alone', () => {
  const page = readFileSync(path.join(__dirname, '../../../docs/machine.md'), 'utf8');
  const own = machine.spec.phases.flatMap(({ name, steps }) =>
    steps.flatMap((step) => {
      const { leftOpen } = step.kind === 'read' ? {} : step;
      return leftOpen === undefined ? [] : [{ id: `${name}/${step.name}`, leftOpen }];
    }),
  );
  const rows = [...new Set(own.map(({ leftOpen }) => leftOpen))].map((answer) => {
    const steps = own.filter(({ leftOpen }) => leftOpen === answer).map(({ id }) => `\`${id}\``);
    return `${answer === ASKS_ITS_JOB ? 'every other step' : steps.join(', ')} | ${answer}`;
  });
  const said = page.replaceAll(/ +/g, ' ');
  expect(rows.filter((row) => !said.includes(`| ${row} |`))).toEqual([]);
});

test('one step is one-shot, and one can’t be taken back', () => {
  const steps = machine.spec.phases.flatMap((phase) =>
    phase.steps.map((step) => ({ id: `${phase.name}/${step.name}`, step })),
  );
  const ids = (which: (step: (typeof steps)[number]['step']) => boolean): readonly string[] =>
    steps.filter(({ step }) => which(step)).map(({ id }) => id);
  expect(ids((step) => step.kind === 'one-shot')).toEqual(['migrate/run-migrate']);
  expect(ids((step) => step.kind !== 'read' && step.undoneBy === 'irreversible')).toEqual([
    'start-masters/release-and-start',
  ]);
});

interface State {
  readonly initial?: string;
  readonly states?: Readonly<Record<string, State>>;
  readonly invoke?: {
    readonly id: string;
    readonly src: string;
    readonly onDone?: unknown;
    readonly onError?: unknown;
  };
  readonly on?: Readonly<Record<string, unknown>>;
  readonly onDone?: unknown;
}

/** Looked at as xstate has it, not as the engine meant it. */
describe('as xstate has it', () => {
  const config = machine.xstate.config as State;
  const states = all(config, machine.spec.id);

  test.each(['after', 'always', 'route', 'history', 'systemId', 'entry', 'exit'])(
    'no state has %s',
    (key) => {
      expect(states.filter(({ state }) => key in state).map(({ path }) => path)).toEqual([]);
    },
  );

  test('nothing in it is a function, apart from what makes the context', () => {
    const { context: _context, ...plain } = config as State & { context: unknown };
    expect(JSON.parse(JSON.stringify(plain))).toEqual(plain);
  });

  test('no name has a dot, no event is a wildcard', () => {
    expect(
      states.flatMap(({ state }) => Object.keys(state.states ?? {})).filter((name) => name.includes('.')),
    ).toEqual([]);
    expect(
      states.flatMap(({ state }) => Object.keys(state.on ?? {})).filter((event) => event.includes('*')),
    ).toEqual([]);
  });

  test('each step is invoked under its own name, once, and both its ends lead somewhere', () => {
    const invoked = states.flatMap(({ state }) => (state.invoke === undefined ? [] : [state.invoke]));
    expect(invoked.map((invoke) => invoke.id)).toEqual([...new Set(invoked.map((invoke) => invoke.id))]);
    expect(invoked.filter(({ id, src, onDone, onError }) => id !== src || !onDone || !onError)).toEqual([]);
  });

  test('every compound state leads on when it is done', () => {
    const stuck = states.filter(
      ({ path, state }) =>
        state.states !== undefined && state.onDone === undefined && path !== machine.spec.id,
    );
    expect(stuck.map(({ path }) => path)).toEqual([]);
  });

  test('every guard and action that is named exists', () => {
    const { guards, actions, actors } = machine.xstate.implementations;
    const text = JSON.stringify(config);
    const named = (key: string): readonly string[] =>
      [
        ...text.matchAll(new RegExp(`"${key}":\\{"type":"([^"]+)"`, 'g')),
        ...text.matchAll(new RegExp(`"${key}":"([^"]+)"`, 'g')),
      ].map((match) => match[1] ?? '');
    expect(named('guard').filter((name) => !(name in guards))).toEqual([]);
    expect(named('actions').filter((name) => !(name in actions))).toEqual([]);
    expect(named('src').filter((name) => !(name in actors))).toEqual([]);
    expect(named('guard').length * named('actions').length * named('src').length).toBeGreaterThan(0);
  });

  test('one edge alone, and a guarded one, starts migrate', () => {
    const step = states.find(({ path }) => path.endsWith('.migrate.run-migrate'));
    expect(step?.state.initial).toBe('asking');
    const edges = Object.values(step?.state.states ?? {}).flatMap((state) => edgesOf(state));
    const into = edges.filter((edge) => edge.target === 'running');
    expect(into).toEqual([expect.objectContaining({ guard: expect.anything() as unknown })]);
    const elsewhere = states
      .filter(({ path }) => !path.includes('.run-migrate'))
      .flatMap(({ state }) => edgesOf(state));
    expect(elsewhere.filter((edge) => (edge.target ?? '').endsWith('run-migrate.running'))).toEqual([]);
  });
});

interface Edge {
  readonly target?: string;
  readonly guard?: unknown;
}

function edgesOf({ on, invoke }: State): readonly Edge[] {
  return [...Object.values(on ?? {}), invoke?.onDone, invoke?.onError]
    .flat()
    .map((edge) => (typeof edge === 'string' ? { target: edge } : ((edge as Edge | undefined) ?? {})));
}

function all(state: State, path: string): readonly { readonly path: string; readonly state: State }[] {
  return [
    { path, state },
    ...Object.entries(state.states ?? {}).flatMap(([name, child]) => all(child, `${path}.${name}`)),
  ];
}
