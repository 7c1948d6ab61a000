import { goWords, unquote } from './go-words';

export interface Txn {
  readonly compares: readonly { readonly key: string; readonly mod: number }[];
  readonly success: readonly Request[];
  readonly failure: readonly Request[];
  /** Each request asks for what the member itself has: no quorum is needed. */
  readonly serializable: boolean;
}

export type Request =
  | { readonly kind: 'put'; readonly key: string; readonly value: string; readonly lease?: string }
  | { readonly kind: 'delete'; readonly key: string }
  | ({
      readonly kind: 'range';
      readonly from: string;
      readonly end: string | null;
      readonly keysOnly: boolean;
    } & Paging);

interface Paging {
  readonly limit: number;
  readonly rev: number;
  readonly serializable: boolean;
}

/** Compares, an empty line, what is done where they hold, an empty line, what is done else, an empty line. */
export function parseTxn(text: string): Txn {
  const [compares = [], success = [], failure = []] = blocks(text.split('\n'));
  const requests = success.map(parseRequest);
  return {
    compares: compares.map((line) => {
      const [, key = '', mod = ''] = /^mod\("((?:\\.|[^"\\])*)"\) = "(\d+)"$/.exec(line) ?? [];
      return { key: unquote(key), mod: Number(mod) };
    }),
    success: requests,
    failure: failure.map(parseRequest),
    serializable: requests.every((request) => request.kind === 'range' && request.serializable),
  };
}

function blocks(lines: readonly string[]): readonly (readonly string[])[] {
  const found: string[][] = [[]];
  for (const line of lines) {
    if (line === '') found.push([]);
    else found.at(-1)!.push(line);
  }
  return found;
}

function parseRequest(line: string): Request {
  const [verb, ...rest] = goWords(line);
  const options = new Map<string, string>();
  const operands: string[] = [];
  for (let at = 0; at < rest.length; at += 1) {
    const word = rest[at]!;
    if (operands.length > 0 || !word.startsWith('-')) operands.push(word);
    else if (word === '--') {
      operands.push(...rest.slice(at + 1));
      break;
    } else if (word.includes('='))
      options.set(word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1));
    else if (FLAGS.has(word)) options.set(word, '');
    else options.set(word, rest[(at += 1)] ?? '');
  }
  const [key = '', second] = operands;
  switch (verb) {
    case 'put': {
      const lease = options.get('--lease');
      return { kind: 'put', key, value: second ?? '', ...(lease !== undefined && { lease }) };
    }
    case 'del':
      return { kind: 'delete', key };
    case 'get':
      return {
        kind: 'range',
        from: options.has('--from-key') && key === '\0' ? '' : key,
        end: options.has('--from-key') ? '' : (second ?? null),
        keysOnly: options.has('--keys-only'),
        limit: Number(options.get('--limit') ?? 0),
        rev: Number(options.get('--rev') ?? 0),
        serializable: options.get('--consistency') === 's',
      };
    default:
      throw new Error(`the model knows no request ${line}`);
  }
}

const FLAGS = new Set(['--from-key', '--keys-only']);
