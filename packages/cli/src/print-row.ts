import type { JournalRow } from '@pawl/engine';
import type { Context } from './context';
import { eventLine } from './event-line';
import { renderRow } from './render/journal';
import { rowView } from './row-view';

/** As it comes: a line for people, or for `--events`; with `--json` there is one document at the end. */
export function printRow(context: Context, row: JournalRow): void {
  const { stdout } = context.out;
  if (context.flags.events === true) stdout.write(eventLine({ type: 'journal', row }, context.now()));
  else if (context.flags.json !== true) stdout.write(`${renderRow(rowView(row))}\n`);
}
