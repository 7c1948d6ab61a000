import type { ResultView } from '../result-view';
import { renderChoices, renderReason } from './reason';
import { duration, labelled, wrap, type Paper } from './layout';

/** How a call that drove a run ended, and the one command to run next. */
export function renderResult(view: ResultView, paper: Paper): string {
  const { bold, green, yellow, red } = paper.colours;
  const columns = paper.columns;
  const good = GOOD.includes(view.outcome);
  const colour = good ? green : view.outcome === 'in-doubt' || view.outcome === 'refused' ? red : yellow;
  const name = view.run === null ? '' : `${bold(view.run)}  `;
  const place = view.phase === null || view.step === null ? view.phase : `${view.phase}/${view.step}`;
  // An end says so by itself.
  const at = good || view.step === null ? '' : `, at ${place}`;
  const lines = [`${name}${colour(view.outcome.replaceAll('-', ' '))}${at}`];
  lines.push(labelled('means', meaningOf(view), columns));
  if (!view.changed) lines.push(labelled('changed', 'nothing', columns));
  if (view.reason !== null) lines.push(...renderReason(view.reason, place, paper));
  if (view.outageSeconds !== null)
    lines.push(
      labelled('outage', `${duration(view.outageSeconds)}${isOver(view) ? '' : ' so far'}`, columns),
    );
  for (const sentence of view.conclusion) lines.push(wrap(`- ${sentence}`, columns, 2, 2));
  if (view.log !== null) lines.push(labelled('log', view.log, columns));
  lines.push(...renderChoices(view.choices, paper));
  lines.push('', ...renderNext(view, paper));
  return `${lines.join('\n')}\n`;
}

/** The one command to run next, and the other way where there are two. */
export function renderNext(
  { next, otherwise }: Pick<ResultView, 'next' | 'otherwise'>,
  { colours: { bold } }: Paper,
): readonly string[] {
  return [
    next === null ? 'Nothing is left to do.' : `Next: ${bold(next)}`,
    ...(otherwise === null ? [] : [`  Or: ${bold(otherwise)}`]),
  ];
}

const GOOD: readonly ResultView['outcome'][] = [
  'completed',
  'already-completed',
  'already-rolled-back',
  'closed',
];

function meaningOf({ outcome, reason }: ResultView): string {
  if (reason?.code === 'E_DATA_LOSS')
    return 'going back would lose data, and that was not accepted by name; nothing was done';
  return MEANING[outcome];
}

/** The masters are up again. */
function isOver({ outcome }: ResultView): boolean {
  return outcome !== 'paused' && outcome !== 'in-doubt' && outcome !== 'left';
}

const MEANING: Readonly<Record<ResultView['outcome'], string>> = {
  completed: 'everything is done and proven',
  'already-completed': 'it was done before, and all evidence agrees',
  paused: 'nobody is at work on it; it goes on from this very step',
  'in-doubt': 'the world and the records leave a question that a person decides',
  refused: 'a check said no before anything was changed',
  'rolled-back': 'the way back was taken to its end',
  'already-rolled-back': 'the way back was taken to its end before',
  closed: 'what was named has been removed; only a backup can be restored now',
  left: 'left at once; what was begun on a host goes on there, and the run is resumable',
};
