/** A simple command as it stands in a script: its words without quotes. A word that the shell puts together holds `$`. */
export interface ShellCommand {
  readonly words: readonly string[];
}

interface Found {
  readonly commands: ShellCommand[];
  readonly functions: Set<string>;
}

/** What the reader is in the middle of: the words of a `case` after `in`, up to the `)` of a pattern, are no commands. */
interface Reader {
  readonly text: string;
  at: number;
  words: string[];
  /** A command may begin here; otherwise words belong to the one that has begun. */
  fresh: boolean;
  /** For each open `case`: whether a pattern is being read. */
  readonly cases: { pattern: boolean }[];
  /** `case WORD in`, `for NAME in WORDS`: words that are not commands. */
  head: 'case' | 'for' | undefined;
}

const goOn = new Set(['if', 'then', 'elif', 'else', 'while', 'until', 'do', '!', '{']);
const ends = new Set(['fi', 'done', '}']);

/**
 * The simple commands of a POSIX script, `$( … )` included, and the names of its functions. Made for the scripts of this
 * project: no here-documents, no backquotes, no aliases.
 * @throws Error for a script that it can't read to its end
 */
export function shellCommands(text: string): {
  commands: readonly ShellCommand[];
  functions: ReadonlySet<string>;
} {
  const found: Found = { commands: [], functions: new Set() };
  const reader: Reader = { text, at: 0, words: [], fresh: true, cases: [], head: undefined };
  while (reader.at < text.length) step(reader, found);
  endCommand(reader, found);
  if (reader.cases.length > 0) throw new Error('a case is left open');
  return found;
}

function step(reader: Reader, found: Found): void {
  const { text, at } = reader;
  const rest = text.slice(at);
  const space = /^([ \t]|\\\n)+/.exec(rest);
  if (space !== null) return advance(reader, space[0]);
  if (rest.startsWith('#')) return advance(reader, /^#[^\n]*/.exec(rest)?.[0] ?? '#');
  const redirect = /^[0-9]?(<>|>>|>\||<&|>&|<|>)[ \t]*/.exec(rest);
  if (redirect !== null) {
    advance(reader, redirect[0]);
    readWord(reader, found);
    return;
  }
  const operator = /^(;;|&&|\|\||[;&|\n()])/.exec(rest);
  if (operator !== null) return takeOperator(reader, found, operator[0]);
  takeWord(reader, found, readWord(reader, found));
}

function advance(reader: Reader, past: string): void {
  reader.at += past.length;
}

function takeOperator(reader: Reader, found: Found, operator: string): void {
  const open = reader.cases.at(-1);
  advance(reader, operator);
  if (open?.pattern === true) {
    if (operator === ')') {
      open.pattern = false;
      reader.fresh = true;
    }
    return;
  }
  if (operator === '(' && reader.words.length === 1 && /^\(\s*\)/.test(reader.text.slice(reader.at - 1))) {
    found.functions.add(reader.words[0] ?? '');
    reader.words = [];
    reader.at = reader.text.indexOf(')', reader.at) + 1;
    reader.fresh = true;
    return;
  }
  endCommand(reader, found);
  reader.fresh = operator !== ')';
  if (operator === ';;' && open !== undefined) open.pattern = true;
}

function endCommand(reader: Reader, found: Found): void {
  if (reader.words.length > 0) found.commands.push({ words: reader.words });
  reader.words = [];
  reader.head = undefined;
}

function takeWord(reader: Reader, found: Found, { word, plain }: Word): void {
  const open = reader.cases.at(-1);
  if (open?.pattern === true) {
    if (plain && word === 'esac') closeCase(reader);
    return;
  }
  if (reader.head !== undefined) {
    if (reader.head === 'case' && plain && word === 'in') {
      reader.head = undefined;
      reader.cases.push({ pattern: true });
    }
    return;
  }
  if (!reader.fresh) {
    reader.words.push(word);
    return;
  }
  if (plain && goOn.has(word)) return;
  if (/^[A-Za-z_][A-Za-z0-9_]*=/.test(word)) return;
  reader.fresh = false;
  if (plain && (word === 'case' || word === 'for')) reader.head = word;
  else if (plain && word === 'esac') closeCase(reader);
  else if (!(plain && ends.has(word))) reader.words.push(word);
  else endCommand(reader, found);
}

function closeCase(reader: Reader): void {
  reader.cases.pop();
  reader.fresh = false;
}

interface Word {
  readonly word: string;
  /** No part of it was quoted or put together: only then it may be a reserved word. */
  readonly plain: boolean;
}

function readWord(reader: Reader, found: Found): Word {
  let word = '';
  let plain = true;
  const begin = reader.at;
  while (reader.at < reader.text.length) {
    const rest = reader.text.slice(reader.at);
    const char = rest[0] ?? '';
    if (/[ \t\n;&|()<>]/.test(char)) break;
    const literal = /^[^ \t\n;&|()<>'"\\$`]+/.exec(rest)?.[0];
    if (literal !== undefined) {
      word += literal;
      advance(reader, literal);
      continue;
    }
    plain = false;
    if (char === "'") word += single(reader);
    else if (char === '"') word += double(reader, found);
    else if (char === '$') word += dollar(reader, found);
    else if (char === '\\') {
      word += rest[1] ?? '';
      reader.at += 2;
    } else throw new Error(`a word can't be read here: ${rest.slice(0, 40)}`);
  }
  if (reader.at === begin) throw new Error(`no word here: ${reader.text.slice(begin, begin + 40)}`);
  return { word, plain };
}

function single(reader: Reader): string {
  const end = reader.text.indexOf("'", reader.at + 1);
  if (end < 0) throw new Error('a single quote is left open');
  const inside = reader.text.slice(reader.at + 1, end);
  reader.at = end + 1;
  return inside;
}

function double(reader: Reader, found: Found): string {
  let inside = '';
  reader.at += 1;
  for (;;) {
    const char = reader.text[reader.at];
    if (char === undefined) throw new Error('a double quote is left open');
    if (char === '"') break;
    if (char === '$') inside += dollar(reader, found);
    else if (char === '\\') {
      inside += reader.text[reader.at + 1] ?? '';
      reader.at += 2;
    } else {
      inside += char;
      reader.at += 1;
    }
  }
  reader.at += 1;
  return inside;
}

/** `$( … )` is read as a script of its own; everything else with a dollar becomes `$`. */
function dollar(reader: Reader, found: Found): string {
  const rest = reader.text.slice(reader.at);
  if (rest.startsWith('$((')) {
    const arithmetic = balanced(rest, 1);
    substitutionsIn(arithmetic.slice(2, -2), found);
    reader.at += 1 + arithmetic.length;
  } else if (rest.startsWith('$(')) {
    const script = balanced(rest, 1);
    merge(shellCommands(script.slice(1, -1)), found);
    reader.at += 1 + script.length;
  } else if (rest.startsWith('${')) {
    const inside = /^\$\{[^}]*\}/.exec(rest)?.[0];
    if (inside === undefined) throw new Error('a ${ is left open');
    advance(reader, inside);
  } else advance(reader, /^\$([A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-])?/.exec(rest)?.[0] ?? '$');
  return '$';
}

function substitutionsIn(arithmetic: string, found: Found): void {
  for (let at = arithmetic.indexOf('$('); at >= 0; at = arithmetic.indexOf('$(', at + 1)) {
    merge(shellCommands(balanced(arithmetic, at + 1).slice(1, -1)), found);
  }
}

function merge(inner: ReturnType<typeof shellCommands>, found: Found): void {
  found.commands.push(...inner.commands);
  for (const name of inner.functions) found.functions.add(name);
}

/** From the parenthesis at `at` to the one that closes it, quotes respected. */
function balanced(text: string, at: number): string {
  let depth = 0;
  for (let index = at; index < text.length; index += 1) {
    const char = text[index];
    if (char === '\\') index += 1;
    else if (char === "'") index = closing(text, "'", index);
    else if (char === '"') index = closing(text, '"', index);
    else if (char === '(') depth += 1;
    else if (char === ')') depth -= 1;
    if (depth === 0) return text.slice(at, index + 1);
  }
  throw new Error('a parenthesis is left open');
}

function closing(text: string, quote: string, from: number): number {
  for (let index = from + 1; index < text.length; index += 1) {
    if (text[index] === '\\' && quote === '"') index += 1;
    else if (text.startsWith('$(', index) && quote === '"') index += balanced(text, index + 1).length;
    else if (text[index] === quote) return index;
  }
  throw new Error(`a ${quote} is left open`);
}
