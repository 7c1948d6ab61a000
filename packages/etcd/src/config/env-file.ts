/**
 * A file of `NAME=value` as systemd's `EnvironmentFile=` reads it: `#` and `;` comments at a line's start, single and double
 * quotes, `\` before a line end joins lines, blanks around an unquoted value don't count, no variable is expanded, the last
 * assignment of a name wins.
 */
export function parseEnvFile(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const { name, value } of assignments(text)) values.set(name, value);
  return values;
}

export interface Assignment {
  readonly name: string;
  readonly value: string;
  /** Offsets of the whole assignment in the text, its line end not included. */
  readonly start: number;
  readonly end: number;
}

/** The assignments with the place where each stands, so that an editor can keep everything else as it is. */
export function assignments(text: string): readonly Assignment[] {
  const found: Assignment[] = [];
  let at = 0;
  while (at < text.length) {
    const line = readLine(text, at);
    if (line.name !== undefined) found.push({ name: line.name, value: line.value, start: at, end: line.end });
    at = line.end + 1;
  }
  return found;
}

interface Line {
  readonly name?: string;
  readonly value: string;
  readonly end: number;
}

function readLine(text: string, from: number): Line {
  const head = /^[ \t]*(?:([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*)?/.exec(text.slice(from, from + 4096));
  const name = head?.[1];
  if (name === undefined) return { value: '', end: plainEnd(text, from) };
  return { name, ...readValue(text, from + (head?.[0].length ?? 0)) };
}

/** The end of a line that assigns nothing. A comment ending in `\` goes on in the next line, too. */
function plainEnd(text: string, from: number): number {
  let end = lineEnd(text, from);
  while (end < text.length && text[end - 1] === '\\') end = lineEnd(text, end + 1);
  return end;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

function readValue(text: string, from: number): { readonly value: string; readonly end: number } {
  let value = '';
  // Blanks at the end of an unquoted value are dropped; those that were quoted or escaped stay.
  let kept = 0;
  let quote = '';
  let at = from;
  for (; at < text.length; at++) {
    const char = text[at] ?? '';
    if (char === '\\' && quote !== "'") {
      const next = text[at + 1] ?? '';
      at++;
      if (next !== '\n') value += quote === '"' && !/["\\$`]/.test(next) ? `\\${next}` : next;
      kept = value.length;
    } else if (quote !== '') {
      if (char === quote) quote = '';
      else value += char;
      kept = value.length;
    } else if (char === '\n') {
      break;
    } else if (char === '"' || char === "'") {
      quote = char;
      kept = value.length;
    } else {
      value += char;
      if (!/[ \t\r]/.test(char)) kept = value.length;
    }
  }
  return { value: value.slice(0, kept), end: at };
}
