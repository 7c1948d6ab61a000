import { PawlError } from '@pawl/engine';
import { askLine, compareNames } from './ask-line';
import { canAsk, type Context } from './context';

export interface Confirmation {
  /** The cluster's name, to be typed. */
  readonly name: string;
  /** What is confirmed. */
  readonly what: string;
  readonly yes: boolean;
}

/**
 * A dangerous verb wants a typed confirmation, or `--yes`. Returns only where it has one; nothing has been changed otherwise.
 * @throws PawlError `E_NOT_CONSENTED`, `E_WRONG_NAME`
 */
export async function confirm(context: Context, { name, what, yes }: Confirmation): Promise<void> {
  if (yes) return;
  const hint = 'Give --yes where nobody can be asked.';
  if (!canAsk(context))
    throw new PawlError('E_NOT_CONSENTED', 'it was not confirmed; nothing was changed', { hint });
  context.out.stderr.write(`${what}\nType ${name} to go ahead: `);
  const typed = await askLine(context.io.stdin);
  if (typed === undefined) throw new PawlError('E_NOT_CONSENTED', 'no answer; nothing was changed', { hint });
  compareNames(typed.trim(), name, 'typed');
}
