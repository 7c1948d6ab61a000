import { HostError } from './host-error';
import { posixQuote } from './quote';
import { checkLiterals } from './sh-literal';

const brand: unique symbol = Symbol('sh');

/** A piece of POSIX sh in which every value has been quoted. Made by the `sh` tag alone. */
export interface Sh {
  readonly text: string;
  readonly [brand]: true;
}

export type ShValue = string | number | Sh | readonly string[];

/**
 * A script with its values quoted: `` sh`mv -T ${path} ${dest}` ``. A string or number becomes one word, an array of
 * strings as many words as it has items, and a piece made by `sh` is put in as it is.
 *
 * The literal text is taken as it stands in the source (`\n` is a backslash and an n), so write shell as the shell reads
 * it. Values stand outside quotes and comments, anything else is refused; only `\${NAME}` stands for the shell's own `${NAME}`.
 * @throws HostError `E_QUOTE`: see `checkLiterals`; a value that is none of these, or holds a NUL
 */
export function sh(literals: TemplateStringsArray, ...values: readonly ShValue[]): Sh {
  const parts = literals.raw.map((literal) => literal.replaceAll(/\\(\${|`)/g, '$1'));
  checkLiterals(parts);
  return make(
    parts.map((literal, index) => literal + (index < values.length ? word(values[index]) : '')).join(''),
  );
}

/** Pieces one below the other. */
sh.lines = (...pieces: readonly Sh[]): Sh => make(pieces.map((piece) => piece.text).join('\n'));

/** Whether the value was made by `sh`. */
export function isSh(value: unknown): value is Sh {
  return typeof value === 'object' && value !== null && brand in value;
}

function make(text: string): Sh {
  return Object.freeze({ text, [brand]: true as const });
}

function word(value: ShValue | undefined): string {
  if (typeof value === 'string') return posixQuote(value);
  if (typeof value === 'number' && Number.isFinite(value)) return posixQuote(String(value));
  if (isSh(value)) return value.text;
  if (Array.isArray(value)) return value.map((item: string) => posixQuote(item)).join(' ');
  throw new HostError(
    'E_QUOTE',
    'only strings, numbers, arrays of strings and pieces made by `sh` fit into a script',
  );
}
