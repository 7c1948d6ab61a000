import type { GraphPhase, GraphStep, GraphView } from '../machine-graph';

/**
 * The machine as a mermaid diagram (`stateDiagram-v2`): a state for each phase with its steps in it, and how a run ends. mermaid takes
 * no dash in an id and no edge between steps of two phases, so ids are made, names are labels, and such edges go from phase to phase.
 */
export function renderGraph(view: GraphView): string {
  const row = (direction: GraphPhase['direction']): readonly GraphPhase[] =>
    view.phases.filter((phase) => phase.direction === direction);
  const [forward, back, cleanup] = [row('forward'), row('rollback'), row('cleanup')];
  const lines = [
    'stateDiagram-v2',
    '  direction TB',
    `  %% ${plain(view.title)}, ${view.machine} ${view.version}`,
    ...view.phases.flatMap((phase) => phaseLines(phase, view)),
    ...ends(back, cleanup).map((end) => `  ${named(`${end}${here(view, end, null)}`, endId(end))}`),
    ...chain(forward, '[*]', 'completed'),
    ...chain(back, undefined, 'rolled-back'),
    ...chain(cleanup, undefined, 'closed'),
    ...edgesBetween(forward, back, cleanup),
    ...STYLES,
    ...classes(view),
  ];
  return `${lines.join('\n')}\n`;
}

const STYLES = [
  '  classDef here fill:#ffe599,stroke:#7f6000,stroke-width:3px,color:#000',
  '  classDef once stroke:#0b5394,stroke-width:3px',
  '  classDef line stroke:#990000,stroke-width:3px',
];

function phaseLines(phase: GraphPhase, view: GraphView): readonly string[] {
  const word = { forward: '', rollback: 'way back, ', cleanup: 'cleanup, ' }[phase.direction];
  const ids = phase.steps.map((step) => stepId(phase, step));
  return [
    // No blank before the brace: mermaid would take it for a part of the id.
    `  ${named(`${word}${phase.name}`, phaseId(phase.name))}{`,
    ...phase.steps.map((step) => `    ${named(stepLabel(phase, step, view), stepId(phase, step))}`),
    ...['[*]', ...ids].map((id, i) => `    ${id} --> ${ids[i] ?? '[*]'}`),
    ...phase.steps
      .filter(({ startOverAt }) => startOverAt?.split('/')[0] === phase.name)
      .map((step) => `    ${stepId(phase, step)} --> ${idOfStep(step.startOverAt ?? '')} : ${SPENT}`),
    '  }',
  ];
}

const SPENT = 'the round is spent';

function stepLabel(phase: GraphPhase, step: GraphStep, view: GraphView): string {
  return [
    step.name,
    ...(step.kind === 'one-shot' ? [' (never twice)'] : []),
    ...(step.pointOfNoReturn ? [' (point of no return)'] : []),
    here(view, phase.name, step.name),
  ].join('');
}

/** Where the run stands, in words: not every renderer shows classes of a state within another. */
function here({ position }: GraphView, phase: string, step: string | null): string {
  return position?.phase === phase && position.step === step ? ` ● ${position.run} is ${position.state}` : '';
}

function ends(back: readonly GraphPhase[], cleanup: readonly GraphPhase[]): readonly string[] {
  return [
    'completed',
    'refused',
    ...(back.length > 0 ? ['rolled-back'] : []),
    ...(cleanup.length > 0 ? ['closed'] : []),
  ];
}

function chain(phases: readonly GraphPhase[], from: string | undefined, end: string): readonly string[] {
  const ids = phases.map(({ name }) => phaseId(name));
  return [...(from === undefined ? [] : [from]), ...ids].flatMap((id, i, all) => {
    const to = ids[from === undefined ? i + 1 : i] ?? endId(end);
    return all.length === (from === undefined ? 0 : 1) ? [] : [`  ${id} --> ${to}`];
  });
}

function edgesBetween(
  forward: readonly GraphPhase[],
  back: readonly GraphPhase[],
  cleanup: readonly GraphPhase[],
): readonly string[] {
  const [tidy] = cleanup;
  const edge = (from: string, to: string, label: string): string => `  ${from} --> ${to} : ${label}`;
  const entered = (at: string | null): string => (at === null ? endId('rolled-back') : phaseId(at));
  return [
    ...forward
      .filter(({ rollbackAt }) => rollbackAt === null)
      .map(({ name }) => edge(phaseId(name), endId('refused'), 'refused, nothing changed')),
    ...forward.flatMap(({ name, steps }) =>
      steps.flatMap(({ startOverAt }) => {
        const [phase = name] = startOverAt?.split('/') ?? [];
        return phase === name ? [] : [edge(phaseId(name), phaseId(phase), SPENT)];
      }),
    ),
    ...(back.length === 0
      ? []
      : [
          ...forward.map(({ name, rollbackAt }) => edge(phaseId(name), entered(rollbackAt), 'rollback')),
          edge(endId('completed'), entered(forward.at(-1)?.rollbackAt ?? null), 'rollback'),
        ]),
    ...(tidy === undefined
      ? []
      : ['completed', ...(back.length > 0 ? ['rolled-back'] : []), 'closed'].map((end) =>
          edge(endId(end), phaseId(tidy.name), 'cleanup'),
        )),
  ];
}

function classes({ phases, position }: GraphView): readonly string[] {
  const marked = phases.flatMap((phase) =>
    phase.steps.flatMap((step) => {
      const id = stepId(phase, step);
      if (position?.phase === phase.name && position.step === step.name) return [`  class ${id} here`];
      if (step.pointOfNoReturn) return [`  class ${id} line`];
      return step.kind === 'one-shot' ? [`  class ${id} once`] : [];
    }),
  );
  return position?.direction === 'ended' ? [...marked, `  class ${endId(position.phase)} here`] : marked;
}

const phaseId = (name: string): string => `p_${name.replaceAll('-', '_')}`;
const stepId = (phase: GraphPhase, step: GraphStep): string => idOfStep(`${phase.name}/${step.name}`);
const endId = (end: string): string => `e_${end.replaceAll('-', '_')}`;

function idOfStep(id: string): string {
  const [phase = '', step = ''] = id.split('/');
  return `${phaseId(phase)}__${step.replaceAll('-', '_')}`;
}

const named = (label: string, id: string): string => `state "${plain(label)}" as ${id}`;

/** Nothing in a label that mermaid or a browser would read as its own. */
const plain = (text: string): string =>
  text
    .replaceAll('"', "'")
    .replace(/[<>#;{}\\]|%%/g, ' ')
    .replace(/\s+/g, ' ');
