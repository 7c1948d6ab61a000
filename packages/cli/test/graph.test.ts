import { okdCheckBackup } from '@pawl/okd-etcd-check-backup';
import { okdRestore } from '@pawl/okd-etcd-restore-v2';
import { okdMigration } from '@pawl/okd-etcd-v2-to-v3';
import { machineGraph, type GraphPosition } from '../src/machine-graph';
import { renderGraph } from '../src/render/graph';
import { ACCEPT, bench, type Bench } from './toy/harness';
import { toyCliMachine } from './toy/cli-machine';

let b: Bench;
beforeEach(() => (b = bench()));
afterEach(() => b.clear());

const RUN = 'toy-20261124-1';
const run = `run -i {inventory} --db {db} ${ACCEPT}`;

const ID = '[a-z]\\w*';
const LINES: Readonly<Record<string, RegExp>> = {
  opens: new RegExp(`^  state "[^"#;]+" as (${ID})\\{$`),
  closes: /^ {2}\}$/,
  state: new RegExp(`^ +state "[^"#;]+" as (${ID})$`),
  edge: new RegExp(`^ +(\\[\\*\\]|${ID}) --> (\\[\\*\\]|${ID})(?: : [^:;#]+)?$`),
  comment: /^ {2}%% [^\n]+$/,
  style: new RegExp(`^  classDef ${ID} [^;]+$`),
  class: new RegExp(`^  class (${ID}) ${ID}$`),
  direction: /^ {2}direction TB$/,
};

interface Drawn {
  /** By id: the phase it stands in, '' at the top. */
  readonly states: ReadonlyMap<string, string>;
  readonly edges: readonly { readonly from: string; readonly to: string; readonly inside: string }[];
  readonly classes: readonly string[];
}

/** Reads a diagram by the rules of mermaid's grammar that matter here; what none of them allows is thrown. */
function read(mermaid: string): Drawn {
  const [head, ...lines] = mermaid.trimEnd().split('\n');
  expect(head).toBe('stateDiagram-v2');
  const states = new Map<string, string>();
  const edges: { from: string; to: string; inside: string }[] = [];
  const classes: string[] = [];
  let inside = '';
  for (const line of lines) {
    const [kind] = Object.entries(LINES).find(([, pattern]) => pattern.test(line)) ?? [];
    const [, first = '', second = ''] = (kind === undefined ? null : LINES[kind]?.exec(line)) ?? [];
    switch (kind) {
      case undefined:
        throw new Error(`mermaid would not read: ${line}`);
      case 'opens':
        states.set(first, '');
        inside = first;
        break;
      case 'closes':
        inside = '';
        break;
      case 'state':
        expect(states.has(first)).toBe(false);
        states.set(first, inside);
        break;
      case 'edge':
        edges.push({ from: first, to: second, inside });
        break;
      case 'class':
        classes.push(line.trim());
        break;
    }
  }
  return { states, edges, classes };
}

test.each([
  ['the toy', () => toyCliMachine(b.world)],
  ['the OKD migration', () => okdMigration],
  ['the restore', () => okdRestore],
  ['the check of backups', () => okdCheckBackup],
])(
  '%s is a diagram that mermaid reads: ids without dashes, no edge between steps of two phases',
  (_, machine) => {
    const view = machineGraph(machine(), null);
    const { states, edges } = read(renderGraph(view));
    const steps = view.phases.flatMap((phase) => phase.steps);
    // completed, rolled back, refused; closed where there is a cleanup.
    const ends = view.phases.some(({ direction }) => direction === 'cleanup') ? 4 : 3;
    expect(states.size).toBe(view.phases.length + steps.length + ends);
    for (const { from, to, inside } of edges)
      for (const id of [from, to]) if (id !== '[*]') expect([id, states.get(id)]).toEqual([id, inside]);
    // Everything can be reached from the beginning, and every phase leads on.
    const reached = new Set(['[*]']);
    for (let before = 0; before !== reached.size;) {
      before = reached.size;
      for (const { from, to, inside } of edges) if (inside === '' && reached.has(from)) reached.add(to);
    }
    expect([...states].filter(([, inside]) => inside === '').map(([id]) => id)).toEqual(
      [...reached].filter((id) => id !== '[*]').sort((x, y) => order(states, x) - order(states, y)),
    );
  },
);

const order = (states: ReadonlyMap<string, string>, id: string): number => [...states.keys()].indexOf(id);

test('the toy, as it is drawn', () => {
  expect(`\n${renderGraph(machineGraph(toyCliMachine(b.world), null))}`).toMatchSnapshot();
});

test('what never happens twice and what can’t be taken back stand out', () => {
  const text = renderGraph(machineGraph(okdMigration, null));
  expect(text).toContain('"run-migrate (never twice)"');
  expect(text).toContain('(point of no return)" as p_start_masters__');
  expect(read(text).classes).toContain('class p_migrate__run_migrate once');
});

test('labels hold nothing that mermaid takes for its own', () => {
  const toy = toyCliMachine(b.world);
  const odd = { ...machineGraph(toy, null), title: 'a "b" #c; {d}\n%% <e>' };
  expect(renderGraph(odd)).toContain("  %% a 'b' c d e , toy 1.0.0\n");
  read(renderGraph(odd));
});

describe('of a run', () => {
  test('its position is marked, in words too; the document has it', async () => {
    await b.pawl(`${run} --pause-before start`);
    const { exit, document } = await b.fitting(`graph ${RUN} --db {db}`);
    const position: GraphPosition = {
      ...{ run: RUN, direction: 'forward', phase: 'start', step: 'start-units', state: 'paused' },
    };
    expect({ exit, ...document }).toMatchObject({ exit: 0, outcome: 'drawn', run: RUN, position });
    const { stdout } = await b.pawl(`graph ${RUN} --db {db}`);
    expect(stdout).toBe(document['mermaid']);
    expect(stdout).toContain(`● ${RUN} is paused" as p_start__start_units\n`);
    expect(read(stdout).classes).toContain('class p_start__start_units here');
  });

  test('one that has ended is marked at its end', async () => {
    await b.pawl(`${run} --pause-before start`);
    await b.pawl('rollback --db {db} --yes');
    const { stdout } = await b.pawl(`graph ${RUN} --db {db}`);
    expect(stdout).toContain(`"rolled-back ● ${RUN} is rolled-back" as e_rolled_back`);
    expect(read(stdout).classes).toContain('class e_rolled_back here');
  });
});

test('without a run nothing is asked for: no database, no inventory', async () => {
  const { exit, document } = await b.fitting('graph --machine toy --db {db}');
  expect({ exit, ...document }).toMatchObject({ exit: 0, run: null, position: null, machine: 'toy' });
  expect(await b.pawl('graph --machine nothing')).toMatchObject({ exit: 2 });
  expect(await b.pawl('graph toy-1 --db {db}')).toMatchObject({ exit: 2 });
});
