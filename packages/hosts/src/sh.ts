import { HostError } from './host-error';
import { posixQuote } from './quote';

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
 * it; only `\${NAME}` stands for the shell's own `${NAME}`.
 */
export function sh(literals: TemplateStringsArray, ...values: readonly ShValue[]): Sh {
  const text = literals.raw.map((literal, index) => {
    const value = values[index];
    return literal.replaceAll('\\${', '${') + (value === undefined ? '' : word(value));
  });
  return make(text.join(''));
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

function word(value: ShValue): string {
  if (typeof value === 'string') return posixQuote(value);
  if (typeof value === 'number') return posixQuote(String(value));
  if (isSh(value)) return value.text;
  if (Array.isArray(value)) return value.map((item: string) => posixQuote(item)).join(' ');
  throw new HostError(
    'E_QUOTE',
    'only strings, numbers, arrays of strings and pieces made by `sh` fit into a script',
  );
}
