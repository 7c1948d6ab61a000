/** A word of a script, without its quotes. What the shell puts together at run time is a `$` in it. */
export interface ShellWord {
  readonly word: string;
  /** No part of it was quoted or put together: only then it may be a reserved word. */
  readonly plain: boolean;
  /** Where it ends in the text. */
  readonly end: number;
}

/**
 * The word at `begin`. `onScript` gets the script of each `$( … )` in it.
 * @throws Error where there is none, or a quote or parenthesis is left open
 */
export function shellWord(text: string, begin: number, onScript: (script: string) => void): ShellWord {
  let word = '';
  let plain = true;
  let at = begin;
  const take = (piece: Piece): void => {
    word += piece.text;
    at = piece.end;
  };
  while (at < text.length && !/[ \t\n;&|()<>]/.test(text.charAt(at))) {
    const literal = /^[^ \t\n;&|()<>'"\\$`]+/.exec(text.slice(at))?.[0];
    plain &&= literal !== undefined;
    if (literal !== undefined) take({ text: literal, end: at + literal.length });
    else if (text[at] === "'") take(single(text, at));
    else if (text[at] === '"') take(double(text, at, onScript));
    else if (text[at] === '$') take(dollar(text, at, onScript));
    else if (text[at] === '\\') take({ text: text.charAt(at + 1), end: at + 2 });
    else throw new Error(`a word can't be read here: ${text.slice(at, at + 40)}`);
  }
  if (at === begin) throw new Error(`no word here: ${text.slice(begin, begin + 40)}`);
  return { word, plain, end: at };
}

interface Piece {
  readonly text: string;
  readonly end: number;
}

function single(text: string, at: number): Piece {
  const end = closing(text, "'", at);
  return { text: text.slice(at + 1, end), end: end + 1 };
}

function double(text: string, begin: number, onScript: (script: string) => void): Piece {
  let inside = '';
  let at = begin + 1;
  while (text[at] !== '"') {
    if (at >= text.length) throw new Error('a double quote is left open');
    const piece =
      text[at] === '$'
        ? dollar(text, at, onScript)
        : text[at] === '\\'
          ? { text: text.charAt(at + 1), end: at + 2 }
          : { text: text.charAt(at), end: at + 1 };
    inside += piece.text;
    at = piece.end;
  }
  return { text: inside, end: at + 1 };
}

/** `$( … )` is a script of its own, also inside `$(( … ))`. */
function dollar(text: string, at: number, onScript: (script: string) => void): Piece {
  if (text.startsWith('$(', at)) {
    const inside = balanced(text, at + 1);
    if (inside.startsWith('((')) scriptsIn(inside.slice(2, -2), onScript);
    else onScript(inside.slice(1, -1));
    return { text: '$', end: at + 1 + inside.length };
  }
  const name = /^\$(\{[^}]*\}|[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-])?/.exec(text.slice(at))?.[0] ?? '$';
  if (name === '$' && text[at + 1] === '{') throw new Error('a brace is left open');
  return { text: '$', end: at + name.length };
}

function scriptsIn(arithmetic: string, onScript: (script: string) => void): void {
  for (let at = arithmetic.indexOf('$('); at >= 0; at = arithmetic.indexOf('$(', at + 1)) {
    onScript(balanced(arithmetic, at + 1).slice(1, -1));
  }
}

/** From the parenthesis at `begin` to the one that closes it, quotes respected. */
function balanced(text: string, begin: number): string {
  let depth = 0;
  for (let at = begin; at < text.length; at += 1) {
    const char = text[at];
    if (char === '\\') at += 1;
    else if (char === "'" || char === '"') at = closing(text, char, at);
    else if (char === '(') depth += 1;
    else if (char === ')') depth -= 1;
    if (depth === 0) return text.slice(begin, at + 1);
  }
  throw new Error('a parenthesis is left open');
}

/** Where the quote at `begin` is closed. */
function closing(text: string, quote: string, begin: number): number {
  for (let at = begin + 1; at < text.length; at += 1) {
    if (text[at] === quote) return at;
    if (quote === "'") continue;
    if (text[at] === '\\') at += 1;
    else if (text.startsWith('$(', at)) at += balanced(text, at + 1).length;
  }
  throw new Error(`a ${quote} is left open`);
}
