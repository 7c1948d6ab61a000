import { hostCommands, oldestHosts, type HostCommand } from '../guard/host-commands';
import { shellCommands } from './shell-commands';

/** What the shell itself does. */
const builtins = new Set(
  ': . [ break cd continue echo eval exec exit export false kill printf pwd read return set shift test trap true umask unset wait'.split(
    ' ',
  ),
);

/**
 * What a script runs on a host and the list of host commands doesn't have: `mv --exchange`, `python3`. Empty where all is
 * listed. `more` is a package's own list, for what only it runs.
 * @throws Error for a script that the reader can't follow
 */
export function unlistedCommands(script: string, more: readonly HostCommand[] = []): readonly string[] {
  const { commands, functions } = shellCommands(script);
  return unique(commands.flatMap((words) => unlistedIn(words, [...hostCommands, ...more], functions)));
}

/** As `unlistedCommands`, for a command that is run without a shell. */
export function unlistedArgv(argv: readonly string[], more: readonly HostCommand[] = []): readonly string[] {
  return unique(unlistedIn(argv, [...hostCommands, ...more], new Set()));
}

/** Entries of a list that are newer than the oldest hosts are. */
export function tooNew(list: readonly HostCommand[] = hostCommands): readonly string[] {
  return list.flatMap((command) => {
    const oldest = oldestHosts[command.from];
    if (oldest === undefined) return [`${command.name}: no version of ${command.from} is known`];
    const entries = [['', command.since] as const, ...Object.entries(command.options ?? {})];
    return entries
      .filter(([, since]) => isNewer(since, oldest))
      .map(([option, since]) => `${command.name} ${option}`.trim() + ` is of ${command.from} ${since}`);
  });
}

function unlistedIn(
  words: readonly string[],
  list: readonly HostCommand[],
  functions: ReadonlySet<string>,
): readonly string[] {
  const [name = '', ...args] = words;
  if (name === 'exec') return args.length === 0 ? [] : unlistedIn(args, list, functions);
  if (builtins.has(name) || functions.has(name)) return [];
  if (name.includes('$')) return [`${words.join(' ')} (its name is put together at run time)`];
  const command = together(list.filter((entry) => entry.name === name));
  if (command === undefined) return [name];
  const { wrong, operands } = sortOut(command, args);
  if (command.runs === undefined) return wrong;
  const inner = operands.filter((word) => !/^[A-Za-z_][A-Za-z0-9_]*=/.test(word)).slice(command.runs);
  return inner.length === 0 ? wrong : [...wrong, ...unlistedIn(inner, list, functions)];
}

/** A package may list more options of a command that stands there already. */
function together([first, ...more]: readonly HostCommand[]): HostCommand | undefined {
  if (first === undefined || more.length === 0) return first;
  return {
    ...first,
    options: Object.assign({}, first.options, ...more.map(({ options }) => options)) as Record<
      string,
      string
    >,
    withValue: [first, ...more].flatMap(({ withValue }) => withValue ?? []),
  };
}

interface SortedOut {
  readonly wrong: readonly string[];
  readonly operands: readonly string[];
}

/** Options up to the first operand where the command runs another, else all of them. */
function sortOut(command: HostCommand, args: readonly string[]): SortedOut {
  const wrong: string[] = [];
  const operands: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? '';
    if (word === '--') return { wrong, operands: [...operands, ...args.slice(at + 1)] };
    if (isOption(command, word)) {
      const unknown = unknownParts(command, word);
      wrong.push(...unknown.map((part) => `${command.name} ${part}`));
      if (command.withValue?.includes(word) === true) at += 1;
    } else {
      operands.push(word);
      const own = operands.filter((operand) => !operand.includes('=')).length;
      if (command.runs !== undefined && own > command.runs) {
        return { wrong, operands: [...operands, ...args.slice(at + 1)] };
      }
    }
  }
  return { wrong, operands };
}

/** `-x`, `--long`; for dd, `name=value`. A lone `-` is an operand. */
function isOption(command: HostCommand, word: string): boolean {
  if (/^-./.test(word)) return true;
  return command.name === 'dd' && word.includes('=');
}

function unknownParts(command: HostCommand, word: string): readonly string[] {
  const known = new Set(Object.keys(command.options ?? {}));
  const [name, value] = split(word);
  if (known.has(word) || known.has(name)) return [];
  if (value !== undefined && known.has(`${name}=`)) return [];
  if (value !== undefined)
    return value
      .split(',')
      .map((part) => `${name}=${part}`)
      .filter((part) => !known.has(part));
  // `find -empty` is one word, `mv -fT` are two letters.
  const spelled = [...known].some((option) => /^-[a-z]{2}/.test(option));
  if (spelled || !/^-[A-Za-z]{2,}$/.test(word)) return [word];
  return Array.from(word.slice(1), (letter) => `-${letter}`).filter((letter) => !known.has(letter));
}

function split(word: string): readonly [string, string?] {
  const at = word.indexOf('=');
  return at < 0 ? [word] : [word.slice(0, at), word.slice(at + 1)];
}

/** By numbers, piece by piece; `posix` is older than everything. */
function isNewer(version: string, than: string): boolean {
  if (version === 'posix') return false;
  if (than === 'posix') return true;
  const [left, right] = [version.split('.').map(Number), than.split('.').map(Number)];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

function unique(words: readonly string[]): readonly string[] {
  return [...new Set(words)];
}
