import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { PawlError, readBundle } from '@pawl/engine';
import { bundleView } from '../bundle-view';
import type { Context } from '../context';
import type { Answer } from '../documents';
import { journalFilter, type JournalFilterFlags } from '../journal-filter';
import { journalAnswer } from '../journal-answer';
import { printRow } from '../print-row';
import { verificationOf } from '../verification';

/**
 * `pawl journal --import FILE`: reads a bundle, verifies it, and shows it as `journal` shows a run. Needs no database and writes
 * nothing. @throws PawlError `E_USAGE` where the file can't be read, `E_BUNDLE` where it is no bundle
 */
export function importJournal(context: Context, from: string, flags: JournalFilterFlags): Promise<Answer> {
  const filter = journalFilter(flags);
  const file = resolve(context.io.cwd, from);
  const { rows, cleaned, verdict, ...header } = readBundle(contentOf(file));
  const shown = rows.filter((row) => filter.matches(row));
  const printed = context.flags.events === true;
  if (printed) for (const row of shown) printRow(context, row);
  return Promise.resolve(
    journalAnswer({
      run: header.record.run,
      rows: shown,
      printed,
      verification: verificationOf(rows.length, verdict),
      bundle: bundleView(file, header, cleaned),
    }),
  );
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new PawlError('E_USAGE', `the bundle ${file} can't be read: ${(cause as Error).message}`, {
      hint: 'Give the file that `pawl journal RUN --export FILE` wrote.',
      cause,
    });
  }
}
