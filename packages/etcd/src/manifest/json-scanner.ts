import { unexpectedOutput } from '../errors';

/** What a scanned JSON text consists of, in its order. */
export interface JsonSink {
  open(kind: 'object' | 'array'): void;
  close(): void;
  name(name: string): void;
  value(value: string | number | boolean | null): void;
}

export interface JsonScanner {
  /** @returns what stands after the document's end, once that has been seen */
  write(chunk: Buffer): Buffer | undefined;
}

/**
 * Reads one JSON document as it arrives, whatever its size: memory holds the string being read and no more. (A v2 answer of
 * 600 MB is longer than V8's longest string, and a token stream of general use reads 30 MB a second, in the outage; this one
 * leaves strings to JSON.parse.)
 * @throws EtcdError `E_ETCD_PARSE` for what is no JSON, from `write`
 */
export function createJsonScanner(sink: JsonSink, command: string): JsonScanner {
  /** Brackets that are open: true for an object. */
  const open: boolean[] = [];
  let expect: Expect = 'value';
  let rest: Buffer = Buffer.alloc(0);
  /** How far into `rest` the closing quote has been looked for. */
  let looked = 0;

  const fail = (buffer: Buffer, at: number): never => {
    throw unexpectedOutput(command, `…${buffer.toString('utf8', at, at + 1)}… where ${expect} should stand`);
  };
  const afterValue = (): void => {
    expect = open.length === 0 ? 'end' : 'comma';
  };

  return {
    write(chunk) {
      const buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let at = 0;
      while (at < buffer.length && expect !== 'end') {
        const byte = buffer[at] ?? 0;
        if (byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)) {
          at++;
        } else if (byte === 0x22) {
          const end = stringEnd(buffer, Math.max(at + 1, looked));
          if (end.found === -1) {
            rest = buffer.subarray(at);
            looked = end.next - at;
            return undefined;
          }
          looked = 0;
          const text = decode(buffer.toString('utf8', at + 1, end.found), command);
          if (expect === 'name' || expect === 'name or end') {
            sink.name(text);
            expect = 'colon';
          } else if (expect === 'value' || expect === 'value or end') {
            sink.value(text);
            afterValue();
          } else fail(buffer, at);
          at = end.found + 1;
        } else if (byte === 0x7b || byte === 0x5b) {
          if (expect !== 'value' && expect !== 'value or end') fail(buffer, at);
          open.push(byte === 0x7b);
          sink.open(byte === 0x7b ? 'object' : 'array');
          expect = byte === 0x7b ? 'name or end' : 'value or end';
          at++;
        } else if (byte === 0x7d || byte === 0x5d) {
          const object = open.pop();
          const mayEnd = expect === 'comma' || expect === (object === true ? 'name or end' : 'value or end');
          if (object !== (byte === 0x7d) || !mayEnd) fail(buffer, at);
          sink.close();
          afterValue();
          at++;
        } else if (byte === 0x2c && expect === 'comma') {
          expect = open.at(-1) === true ? 'name' : 'value';
          at++;
        } else if (byte === 0x3a && expect === 'colon') {
          expect = 'value';
          at++;
        } else {
          if (expect !== 'value' && expect !== 'value or end') fail(buffer, at);
          const end = wordEnd(buffer, at);
          if (end === buffer.length) {
            rest = buffer.subarray(at);
            return undefined;
          }
          sink.value(literal(buffer.toString('latin1', at, end), command));
          afterValue();
          at = end;
        }
      }
      rest = Buffer.alloc(0);
      return expect === 'end' ? buffer.subarray(at) : undefined;
    },
  };
}

type Expect = 'value' | 'value or end' | 'name' | 'name or end' | 'colon' | 'comma' | 'end';

/** The closing quote, or where to look on when more has come: never between a backslash and what it escapes. */
function stringEnd(buffer: Buffer, from: number): { readonly found: number; readonly next: number } {
  let at = from;
  while (at < buffer.length) {
    const byte = buffer[at];
    if (byte === 0x22) return { found: at, next: at };
    if (byte === 0x5c && at + 1 >= buffer.length) break;
    at += byte === 0x5c ? 2 : 1;
  }
  return { found: -1, next: at };
}

function decode(raw: string, command: string): string {
  if (!raw.includes('\\')) return raw;
  const parsed = parsedOr(`"${raw}"`, command);
  if (typeof parsed !== 'string') throw unexpectedOutput(command, 'a string that is none');
  return parsed;
}

function wordEnd(buffer: Buffer, from: number): number {
  let at = from;
  while (at < buffer.length && /[-+.0-9A-Za-z]/.test(String.fromCharCode(buffer[at] ?? 0))) at++;
  return at === from ? from + 1 : at;
}

function literal(word: string, command: string): number | boolean | null {
  const parsed = parsedOr(word, command);
  if (typeof parsed === 'number' || typeof parsed === 'boolean' || parsed === null) return parsed;
  throw unexpectedOutput(command, word);
}

function parsedOr(text: string, command: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unexpectedOutput(command, `invalid JSON: ${text.slice(0, 40)}`);
  }
}
