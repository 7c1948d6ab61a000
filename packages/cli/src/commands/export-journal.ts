import { closeSync, fsyncSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { PawlError, verifyChain, writeBundle } from '@pawl/engine';
import { bundleView } from '../bundle-view';
import type { Context } from '../context';
import { openExistingToRead, wholeJournal, withStore } from '../database';
import { document, type Answer } from '../documents';
import { EXIT } from '../exit-codes';
import { redactFacts, redactObject } from '@pawl/okd';
import { renderExported } from '../render/bundle';
import { renderVerdict } from '../render/journal';
import { ownVersion } from '../version';
import { verificationOf } from '../verification';
import { whichRun } from '../which-run';

/**
 * `pawl journal RUN --export FILE`: the run as one file for support, 0600, that can be verified alone.
 * A chain that is broken is exported as it is, and said: that is what support is asked about. Never: a file that is there is
 * written over. @throws PawlError `E_USAGE` where the file can't be made
 */
export async function exportJournal(
  context: Context,
  named: string | undefined,
  to: string,
): Promise<Answer> {
  const { database } = context.place;
  return withStore(openExistingToRead(context.place), (store) => {
    const { run } = whichRun(store.list(), named, database);
    const { record, rows, head } = wholeJournal(store, run);
    const made = {
      madeBy: `pawl ${ownVersion()}`,
      madeAt: context.now().toISOString(),
      definition: store.definition(run),
    };
    const { text, cleaned } = writeBundle({ record, rows, head, ...made, redact: redactObject, redactFacts });
    const file = resolve(context.io.cwd, to);
    writeNew(file, text);
    const verification = verificationOf(rows.length, verifyChain(rows, head));
    const bundle = bundleView(file, { schema: 'pawl/bundle/1', record, ...made }, cleaned);
    return {
      exit: verification.ok ? EXIT.done : EXIT.store,
      document: document(
        'journal',
        verification.ok ? 'exported' : 'broken',
        { run, phase: bundle.phase },
        { rows: [], verification, bundle },
      ),
      render: (paper) => `${renderExported(bundle, rows.length, paper)}${renderVerdict(verification, paper)}`,
    };
  });
}

/** A file that could not be written whole is taken away again: half a bundle is none. */
function writeNew(file: string, text: string): void {
  let made = false;
  try {
    const fd = openSync(file, 'wx', 0o600);
    made = true;
    try {
      writeFileSync(fd, text);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (cause) {
    if (made) rmSync(file, { force: true });
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'EEXIST' ? 'it is there already' : message;
    throw new PawlError('E_USAGE', `the bundle ${file} can't be made: ${why}`, {
      hint: 'Name another file: what is there is never written over.',
      cause,
    });
  }
}
