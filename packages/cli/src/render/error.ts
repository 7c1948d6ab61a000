import type { ErrorView } from '../errors';
import { labelled, wrap, type Paper } from './layout';

/** What, where, what to do, code. */
export function renderError(error: ErrorView, paper: Paper): string {
  const { red, bold } = paper.colours;
  const lines = [bold(red(wrap(`pawl: ${error.message}`, paper.columns, 0, 2)))];
  if (error.where !== null) lines.push(labelled('where', error.where, paper.columns));
  if (error.hint !== null) lines.push(labelled('what now', error.hint, paper.columns));
  lines.push(labelled('code', error.code, paper.columns));
  return `${lines.join('\n')}\n`;
}
