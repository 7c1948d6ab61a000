import { PawlError } from '@pawl/engine';
import { askLine, compareNames } from './ask-line';
import type { Io } from './io';

export interface ConsentQuestion {
  /** The name to be given. */
  readonly name: string;
  /** What is consented to, and what it costs. */
  readonly cost: string;
  /** What is accepted: `the point of no return`; and the flag that says so. */
  readonly what: string;
  readonly flag: string;
  /** That flag's value. */
  readonly given: string | undefined;
  /** `--yes`: means "don't ask", and is never an answer here. */
  readonly yes: boolean;
  /** Whether a person can be asked. */
  readonly ask: boolean;
}

/**
 * Consent to what can't be taken back, by name: by flag, or typed on a terminal. Returns only where it was given; nothing
 * has been changed otherwise.
 * @throws PawlError `E_NOT_CONSENTED`, `E_WRONG_NAME`
 */
export async function consent(
  question: ConsentQuestion,
  io: Pick<Io, 'stdin'>,
  prompt: (text: string) => void,
): Promise<void> {
  if (question.given !== undefined) {
    compareNames(question.given, question.name, 'by flag');
    return;
  }
  const { what } = question;
  const flag = `${question.flag} ${question.name}`;
  if (question.yes)
    throw new PawlError('E_NOT_CONSENTED', `--yes alone does not pass ${what}; nothing was changed`, {
      hint: `Read the plan, then give its name: ${flag}`,
    });
  if (!question.ask)
    throw new PawlError('E_NOT_CONSENTED', `${what} was not accepted; nothing was changed`, {
      hint: `There is nobody to ask here. Read the plan, then give its name: ${flag}`,
    });
  prompt(`${question.cost}\nType ${question.name} to go ahead: `);
  const typed = await askLine(io.stdin);
  if (typed === undefined)
    throw new PawlError('E_NOT_CONSENTED', 'no answer; nothing was changed', {
      hint: `Or give it by flag: ${flag}`,
    });
  compareNames(typed.trim(), question.name, 'typed');
}
