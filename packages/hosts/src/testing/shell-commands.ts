import { shellWord, type ShellWord } from './shell-word';

export interface ShellCommands {
  /** The words of each simple command, in order of appearance. */
  readonly commands: readonly (readonly string[])[];
  /** Names of functions that the script defines. */
  readonly functions: ReadonlySet<string>;
}

/** What the reader is in the middle of. */
interface Reader {
  readonly text: string;
  at: number;
  words: string[];
  /** A command may begin here; otherwise words belong to the one that has begun. */
  fresh: boolean;
  /** After `case` and `for`: words that are no commands. */
  head: 'case' | 'for' | undefined;
  /** For each open `case`: whether a pattern is being read, up to its `)`. */
  readonly cases: { pattern: boolean }[];
  readonly commands: (readonly string[])[];
  readonly functions: Set<string>;
}

const goOn = new Set(['if', 'then', 'elif', 'else', 'while', 'until', 'do', '!', '{']);
const ends = new Set(['fi', 'done', '}']);

/**
 * The simple commands of a POSIX script, those in `$( … )` included, and the names of its functions. Made for the scripts of
 * this project: no here-documents, no backquotes, no aliases.
 * @throws Error for a script that it can't read to its end
 */
export function shellCommands(text: string): ShellCommands {
  const place = { at: 0, words: [], fresh: true, head: undefined, cases: [] };
  const reader: Reader = { text, ...place, commands: [], functions: new Set() };
  while (reader.at < text.length) step(reader);
  endCommand(reader);
  if (reader.cases.length > 0) throw new Error('a case is left open');
  return reader;
}

function step(reader: Reader): void {
  const rest = reader.text.slice(reader.at);
  const skipped = /^(?:[ \t]|\\\n)+|^#[^\n]*/.exec(rest)?.[0];
  const redirect = /^[0-9]?(?:<>|>>|>\||<&|>&|<|>)[ \t]*/.exec(rest)?.[0];
  const operator = /^(?:;;|&&|\|\||[;&|\n()])/.exec(rest)?.[0];
  if (skipped !== undefined) reader.at += skipped.length;
  else if (redirect !== undefined) {
    reader.at += redirect.length;
    readWord(reader);
  } else if (operator !== undefined) {
    reader.at += operator.length;
    takeOperator(reader, operator);
  } else takeWord(reader, readWord(reader));
}

function readWord(reader: Reader): ShellWord {
  const word = shellWord(reader.text, reader.at, (script) => {
    const inner = shellCommands(script);
    reader.commands.push(...inner.commands);
    for (const name of inner.functions) reader.functions.add(name);
  });
  reader.at = word.end;
  return word;
}

function takeOperator(reader: Reader, operator: string): void {
  const open = reader.cases.at(-1);
  const [name, ...more] = reader.words;
  if (open?.pattern === true) {
    if (operator !== ')') return;
    open.pattern = false;
    reader.fresh = true;
  } else if (operator === '(' && name !== undefined && more.length === 0) {
    reader.functions.add(name);
    reader.words = [];
    reader.at = reader.text.indexOf(')', reader.at) + 1;
    reader.fresh = true;
  } else {
    endCommand(reader);
    reader.fresh = operator !== ')';
    if (operator === ';;' && open !== undefined) open.pattern = true;
  }
}

function endCommand(reader: Reader): void {
  if (reader.words.length > 0) reader.commands.push(reader.words);
  reader.words = [];
  reader.head = undefined;
}

function takeWord(reader: Reader, { word, plain }: ShellWord): void {
  if (reader.cases.at(-1)?.pattern === true) {
    if (plain && word === 'esac') closeCase(reader);
  } else if (reader.head !== undefined) {
    if (reader.head === 'case' && plain && word === 'in') {
      reader.head = undefined;
      reader.cases.push({ pattern: true });
    }
  } else if (!reader.fresh) reader.words.push(word);
  else if (!(plain && goOn.has(word)) && !/^[A-Za-z_][A-Za-z0-9_]*=/.test(word))
    beginCommand(reader, word, plain);
}

function beginCommand(reader: Reader, word: string, plain: boolean): void {
  reader.fresh = false;
  if (plain && (word === 'case' || word === 'for')) reader.head = word;
  else if (plain && word === 'esac') closeCase(reader);
  else if (!(plain && ends.has(word))) reader.words.push(word);
}

function closeCase(reader: Reader): void {
  reader.cases.pop();
  reader.fresh = false;
}
