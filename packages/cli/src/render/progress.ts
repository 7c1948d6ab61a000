import { outageSeconds } from '../outage';
import type { ProgressView } from '../progress-view';
import type { RowView } from '../row-view';
import { cut, duration, type Paper } from './layout';

/**
 * The line that is redrawn on a terminal: which phase of how many, step, hosts at work, how long, the outage clock.
 * Never longer than the terminal is wide.
 */
export function statusLine(view: ProgressView, now: Date, paper: Paper): string {
  const parts = [...(view.note === undefined ? [] : [view.note]), phaseOfHowMany(view, view.phase, '')];
  if (view.step !== undefined) parts.push(`${view.step}${hosts(view)}`);
  if (view.since !== undefined && view.busy.length > 0) parts.push(duration(secondsSince(view.since, now)));
  const outage = outageSeconds(view.outage, now);
  if (outage !== null)
    parts.push(`outage ${duration(outage)}${view.outage.endedAt === undefined ? '' : ' (over)'}`);
  if (view.message !== undefined) parts.push(view.message);
  return paper.colours.cyan(cut(parts.join('  '), paper.columns - 1));
}

/** One plain line for a row, or undefined where it tells a person nothing. `verbose` shows intents and answers too. */
export function rowLine(
  row: RowView,
  view: ProgressView,
  paper: Paper,
  verbose: boolean,
): string | undefined {
  const { bold, red, yellow, dim } = paper.colours;
  const place = [row.phase, row.step].filter((part) => part !== undefined).join('/');
  const where = row.target === undefined ? place : `${place} on ${row.target}`;
  const time = dim(row.at.slice(11, 19));
  const why =
    row.message === undefined ? '' : `: ${row.message}${row.code === undefined ? '' : ` (${row.code})`}`;
  switch (row.kind) {
    case 'entered':
      return `${time} ${bold(phaseOfHowMany(view, row.phase ?? '', 'phase '))}`;
    case 'outcome':
      if (row.idle && !verbose) return undefined;
      return outcomeLine(row, `${time} `, where, why, paper);
    case 'answer':
      return `${time} asked   ${where}: ${row.verdict ?? ''}`;
    case 'retry':
      return `${time} ${yellow(`again   ${where}`)}${row.due === undefined ? '' : `, not before ${row.due.slice(11, 19)}`}`;
    case 'paused':
      return `${time} ${yellow('paused')}${why}`;
    case 'in-doubt':
      return `${time} ${red('in doubt')}${why}`;
    case 'rollback':
      return `${time} ${yellow('rolling back')}${why}`;
    case 'cleanup':
      return `${time} ${yellow('cleaning up')}`;
    case 'intent':
      return verbose ? `${time} ${row.asks ? 'asks  ' : 'begins'}  ${where}` : undefined;
    case 'created':
    case 'claimed':
    case 'decided':
    case 'resumed':
    case 'ended':
    case 'lost':
    case 'rebuilt':
      return verbose
        ? `${time} ${[row.kind, row.choice, row.outcome].filter((word) => word !== undefined).join(' ')}`
        : undefined;
  }
}

/** `3/15 stop-masters`, `way back 2/9 etcd-down` */
function phaseOfHowMany({ rows, direction }: ProgressView, phase: string, ahead: string): string {
  const row = rows[direction];
  const word = { forward: ahead, rollback: 'way back ', cleanup: 'cleanup ' }[direction];
  return `${word}${row.indexOf(phase) + 1}/${row.length} ${phase}`;
}

function outcomeLine(row: RowView, time: string, where: string, why: string, paper: Paper): string {
  const { red, yellow } = paper.colours;
  switch (row.outcome) {
    case 'failed':
      return `${time}${red(`failed  ${where}`)}${why}`;
    case 'undecided':
      return `${time}${yellow(`open    ${where}`)}${why}`;
    default:
      return `${time}done    ${where}`;
  }
}

function hosts(view: ProgressView): string {
  const named = view.busy.filter((name) => name !== '-');
  if (named.length === 0) return '';
  const shown = named.length <= 3 ? named.join(', ') : `${named.slice(0, 3).join(', ')} +${named.length - 3}`;
  return ` on ${shown}${view.done > 0 ? ` (${view.done} done)` : ''}`;
}

const secondsSince = (at: string, now: Date): number => (now.getTime() - Date.parse(at)) / 1000;
