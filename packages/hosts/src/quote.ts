import { HostError } from './host-error';

/**
 * One word for any POSIX shell, whatever bytes the value holds; plain words stay readable.
 * @throws HostError `E_QUOTE` for a NUL, which no argument can hold, and for half a surrogate pair, which UTF-8 can't.
 */
export function posixQuote(value: string): string {
  if (value.includes('\0')) {
    throw new HostError('E_QUOTE', 'a value with a NUL byte cannot be given to a command', {
      hint: 'Look at where the value comes from: no path, key or host name holds a NUL byte.',
    });
  }
  if (/\p{Surrogate}/u.test(value)) {
    throw new HostError(
      'E_QUOTE',
      'a value that is not well-formed Unicode would reach the host as another one',
    );
  }
  if (isPlainWord(value)) return value;
  return `'${value.replaceAll("'", `'\\''`)}'`;
}

/** A command line from its words. */
export function posixCommand(argv: readonly string[]): string {
  return argv.map(posixQuote).join(' ');
}

/** No `=` except in an option: as the first word it would be an assignment. No reserved word, for the same reason. */
function isPlainWord(value: string): boolean {
  return (
    (/^[A-Za-z0-9_@+:,./-]+$/.test(value) || /^-[A-Za-z0-9_@+:,./=-]+$/.test(value)) && !reserved.has(value)
  );
}

const reserved = new Set(
  'if then elif else fi for in while until do done case esac time function select coproc'.split(' '),
);
