import { HostError } from './host-error';

type Mode = 'plain' | 'single' | 'double' | 'comment';

/**
 * The literal parts of a script, checked: a value is safe only where the shell would read a word. Inside quotes its own
 * quoting would be taken for text, and a `$(…)` in it would run; in a comment a newline in it would end the comment.
 * @throws HostError `E_QUOTE` where a value stands in such a place; for here-documents, backquotes, quotes left open
 */
export function checkLiterals(literals: readonly string[]): void {
  let modes: readonly Mode[] = ['plain'];
  literals.forEach((literal, index) => {
    if (index > 0 && /^[<>#]/.test(literal)) refuse('put a blank between a value and <, > or #', literal);
    modes = read(literal, modes);
    if (index === literals.length - 1) return;
    if (mode(modes) !== 'plain') refuse(`a value can't stand in a ${names[mode(modes)]}`, literal);
    if (/(^|[^\\])(\\\\)*\$$/.test(literal)) refuse("a value can't be the name of a variable", literal);
  });
  if (modes.length > 1) refuse(`a script ends in a ${names[mode(modes)]}`, literals.at(-1) ?? '');
}

const names = {
  plain: 'parenthesis that is left open',
  single: 'single-quoted text',
  double: 'double-quoted text',
  comment: 'comment',
} as const;

/** What the shell is in the middle of after `literal`: the innermost last. Follows `"$( … )"`, which starts afresh. */
function read(literal: string, before: readonly Mode[]): readonly Mode[] {
  const modes = [...before];
  for (let at = 0; at < literal.length; at += 1) {
    const [char, next] = [literal[at], literal[at + 1]];
    const now = mode(modes);
    if (now === 'single' || now === 'comment') {
      if (char === (now === 'single' ? "'" : '\n')) modes.pop();
    } else if (char === '\\') at += 1;
    else if (char === '`') refuse('backquotes hide what they hold: write $( … )', literal);
    else if (char === '"' && now === 'double') modes.pop();
    else if (char === '"') modes.push('double');
    else if (char === '$' && next === '(') {
      modes.push('plain');
      at += 1;
    } else if (now === 'plain') readPlain(literal, at, modes);
  }
  return modes;
}

function readPlain(literal: string, at: number, modes: Mode[]): void {
  const char = literal[at];
  if (char === "'") modes.push('single');
  else if (char === '(') modes.push('plain');
  else if (char === ')' && modes.length > 1) modes.pop();
  else if (char === '#' && (at === 0 || /[\s;&|()]/.test(literal[at - 1] ?? ''))) modes.push('comment');
  else if (char === '<' && literal[at + 1] === '<')
    refuse('a here-document is not quoted: use printf', literal);
}

function mode(modes: readonly Mode[]): Mode {
  return modes.at(-1) ?? 'plain';
}

function refuse(what: string, literal: string): never {
  throw new HostError('E_QUOTE', `${what}: ${JSON.stringify(literal.trim().slice(-60))}`, {
    hint: 'Mend the script where it is written with the `sh` tag: values stand outside quotes, as words of their own.',
  });
}
