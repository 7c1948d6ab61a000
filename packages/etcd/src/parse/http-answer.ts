import { unexpectedOutput } from '../errors';
import { field, parseJson, text } from '../json';

export interface HttpHead {
  readonly status: number;
  /** Names in lower case: HTTP/2 prints them so. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Status line and header lines, as `curl -i` prints them, without the empty line. */
export function parseHttpHead(head: string): HttpHead {
  const [first = '', ...lines] = head.split(/\r?\n/);
  const status = /^HTTP\/\S+ (\d{3})\b/.exec(first)?.[1];
  if (status === undefined) throw unexpectedOutput('curl', first);
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { status: Number(status), headers };
}

/** An index out of a header: `x-etcd-index`, `x-raft-index`. Error answers have no raft index. */
export function headerIndex(head: HttpHead, name: string): number | undefined {
  const value = head.headers[name];
  if (value === undefined) return undefined;
  if (!/^\d{1,15}$/.test(value)) throw unexpectedOutput('curl', `${name}: ${value}`);
  return Number(value);
}

/** One whole answer of `curl -i`. */
export function parseHttpAnswer(stdout: Buffer): HttpHead & { readonly body: string } {
  const end = stdout.indexOf('\r\n\r\n');
  if (end < 0) throw unexpectedOutput('curl', stdout.toString('utf8', 0, 200));
  return { ...parseHttpHead(stdout.toString('utf8', 0, end)), body: stdout.toString('utf8', end + 4) };
}

/** `GET /health`: 503 and `"false"` without a leader; the value is a string. */
export function parseHealth(body: string): boolean {
  const health = field(parseJson(body, 'GET /health'), 'health');
  if (health === true || text(health) === 'true') return true;
  if (health === false || text(health) === 'false') return false;
  throw unexpectedOutput('GET /health', body);
}
