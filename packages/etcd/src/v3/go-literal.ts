/** Bytes as a Go string literal in double quotes, ASCII only: any byte survives etcdctl's `txn` so [measured, 3.1 to 3.4]. */
export function goLiteral(bytes: Buffer | string): string {
  const buffer = typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes;
  let literal = '"';
  let plainFrom = 0;
  for (let at = 0; at < buffer.length; at++) {
    const byte = buffer[at] ?? 0;
    if (byte >= 0x20 && byte < 0x7f && byte !== QUOTE && byte !== BACKSLASH) continue;
    literal += buffer.toString('latin1', plainFrom, at) + escaped(byte);
    plainFrom = at + 1;
  }
  return `${literal}${buffer.toString('latin1', plainFrom)}"`;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

function escaped(byte: number): string {
  if (byte === QUOTE) return '\\"';
  if (byte === BACKSLASH) return '\\\\';
  if (byte === 0x0a) return '\\n';
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}
