import { NO_TARGET, type PlannedPhase, type PlannedStep } from '@pawl/engine';
import type { Chosen, PlanView } from '../plan-view';
import { dataSize } from './check';
import { duration, labelled, wrap, type Paper } from './layout';

/** Per phase in order and per host: every command and file edit, the way back, and where there is none. */
export function renderPlan(view: PlanView, paper: Paper): string {
  const { bold, yellow } = paper.colours;
  const lines = [bold(`Plan of ${view.run}: ${view.title}`)];
  lines.push(
    labelled(
      'machine',
      `${view.machine} ${view.version}, definition ${view.definitionHash.slice(0, 12)}`,
      paper.columns,
    ),
  );
  lines.push(labelled('hosts', view.hosts.join(', '), paper.columns));
  const size = dataSize(view);
  if (size !== undefined) lines.push(labelled('data', size, paper.columns));
  if (view.restore !== null) lines.push(labelled('from', view.restore.from, paper.columns));
  if (view.notices.length > 0) {
    lines.push('', bold(view.restore === null ? NOTICED : COSTS));
    for (const notice of view.notices) lines.push(wrap(`- ${notice}`, paper.columns, 2, 2));
  }
  lines.push('', bold('Chosen'), ...renderChosen(view.chosen, paper));
  view.phases.forEach((phase, i) => {
    lines.push(
      '',
      bold(
        wrap(`Phase ${i + 1} of ${view.phases.length}  ${phase.name}: ${phase.title}`, paper.columns, 0, 2),
      ),
    );
    lines.push(labelled('way back', phase.wayBack, paper.columns));
    lines.push(...renderSteps(phase, paper));
  });
  lines.push(...renderLeftOpen(view, paper));
  lines.push('', bold('The way back'), wrap(wayBack(view), paper.columns, 2));
  if (view.pointOfNoReturn !== null) {
    const { name, at, cost } = view.pointOfNoReturn;
    lines.push('', yellow(bold(`Point of no return: ${at}`)), wrap(cost, paper.columns, 2));
    lines.push(wrap(`It is consented to before anything is touched, by the name ${name}.`, paper.columns, 2));
  } else if (view.restore !== null)
    lines.push(
      '',
      wrap(
        `Nothing is touched before the loss of what was written since is accepted, by the name ${view.restore.name}.`,
        paper.columns,
      ),
    );
  return `${lines.join('\n')}\n`;
}

/** How it is decided what became of a step that was begun, answer by answer: the one that most steps share comes last. */
function renderLeftOpen({ run, phases }: PlanView, { columns, colours: { bold } }: Paper): readonly string[] {
  const answers = new Map<string, string[]>();
  for (const { id, leftOpen, targets } of phases.flatMap(({ steps }) => steps)) {
    if (leftOpen === undefined || targets.length === 0) continue;
    answers.set(leftOpen, [...(answers.get(leftOpen) ?? []), id]);
  }
  const [most, ...others] = [...answers].sort(([, a], [, b]) => b.length - a.length);
  if (most === undefined) return [];
  const line = (steps: string, answer: string): string => wrap(`- ${steps}: ${answer}`, columns, 2, 2);
  return [
    '',
    bold('Cut off anywhere'),
    wrap(
      `\`pawl resume ${run}\` goes on, whatever was killed or cut. What became of a step that was begun is decided so:`,
      columns,
      2,
    ),
    ...others.map(([answer, steps]) => line(steps.join(', '), answer)),
    line(others.length === 0 ? 'every step' : 'every other step', most[0]),
  ];
}

const NOTICED = 'What users of the cluster will notice';
const COSTS = 'What it costs, and what users of the cluster will notice';

function renderChosen(
  { onFailure, maxOutageSeconds, ttl, pauseBefore }: Chosen,
  { columns }: Paper,
): readonly string[] {
  const failure =
    onFailure === 'pause' ? 'pause, and wait for you' : 'go back, as long as that loses nothing';
  return [
    labelled('failure', failure, columns),
    ...(maxOutageSeconds === null
      ? []
      : [labelled('outage', `at most ${duration(maxOutageSeconds)}: longer is a failure`, columns)]),
    ...(ttl === null ? [] : [labelled('TTLs', ttl, columns)]),
    ...(pauseBefore === null ? [] : [labelled('pause', `before ${pauseBefore}`, columns)]),
  ];
}

/** A step without a host has nothing to do in this cluster. */
export function renderSteps({ steps }: Pick<PlannedPhase, 'steps'>, paper: Paper): readonly string[] {
  return steps.filter(({ targets }) => targets.length > 0).flatMap((step) => renderStep(step, paper));
}

function wayBack({ run, rollback }: PlanView): string {
  if (rollback.length === 0) return 'This machine has none as a command.';
  return `\`pawl rollback ${run}\`, at any time, in this order, each on every host before the next: ${rollback.map(({ name }) => name).join(', ')}. \`pawl plan --rollback\` shows it in full; by hand, without Pawl, it is in /var/lib/pawl/README on each host.`;
}

function renderStep(step: PlannedStep, paper: Paper): string[] {
  const { yellow, dim } = paper.colours;
  const [, name = step.id] = step.id.split('/');
  const mark = { read: ' (only looks)', 'one-shot': ' (never twice)', effect: '' }[step.kind];
  const lines = [
    ...(step.pointOfNoReturn
      ? [yellow('  ---- point of no return: from here on there is no free way back ----')]
      : []),
    wrap(`${name}: ${step.title}${mark}`, paper.columns, 2, 2),
  ];
  for (const { targets, lines: actions } of alike(step.targets)) {
    if (targets !== NO_TARGET) lines.push(`    ${targets}`);
    // Commands are shown as they are: a broken line could not be read or pasted.
    for (const action of actions) lines.push(...action.split('\n').map((text) => `      ${text}`));
  }
  lines.push(dim(wrap(`proves: ${step.verify}`, paper.columns, 4, 2)));
  if (step.undoneBy !== undefined) lines.push(dim(wrap(`undone by: ${step.undoneBy}`, paper.columns, 4, 2)));
  return lines;
}

/** Hosts on which the very same is done stand in one heading: what differs between hosts is then seen. */
function alike(
  targets: PlannedStep['targets'],
): readonly { readonly targets: string; readonly lines: readonly string[] }[] {
  const groups = new Map<string, { hosts: string[]; lines: readonly string[] }>();
  for (const { target, lines } of targets) {
    const same = groups.get(lines.join('\n'));
    if (same === undefined) groups.set(lines.join('\n'), { hosts: [target], lines });
    else same.hosts.push(target);
  }
  return [...groups.values()].map(({ hosts, lines }) => ({ targets: hosts.join(', '), lines }));
}
