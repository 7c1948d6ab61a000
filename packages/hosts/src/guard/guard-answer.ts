/** What the guard said, taken apart. */
export interface GuardAnswer {
  readonly state: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly recorded: Buffer;
}

/** @returns undefined where it is not a whole answer: the guard broke, or the connection did. */
export function parseGuardAnswer(output: Buffer): GuardAnswer | undefined {
  const end = output.indexOf('\n\n');
  if (end < 0) return undefined;
  const [first, ...rest] = output.subarray(0, end).toString('utf8').split('\n');
  const fields = Object.fromEntries(rest.map(nameAndValue));
  const { state } = fields;
  if (first !== 'pawl-guard 1' || state === undefined) return undefined;
  const [stdout, stderr, recorded, left] = cut(output.subarray(end + 2), [
    Number(fields['stdout-bytes'] ?? 0),
    Number(fields['stderr-bytes'] ?? 0),
    Number(fields['recorded-bytes'] ?? 0),
  ]);
  if (stdout === undefined || stderr === undefined || recorded === undefined || left !== undefined)
    return undefined;
  return { state, fields, stdout, stderr, recorded };
}

function nameAndValue(line: string): readonly [string, string] {
  const at = line.indexOf(' ');
  return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
}

/** The pieces of these sizes; one too few where bytes are missing, one too many where some are left. */
function cut(bytes: Buffer, sizes: readonly number[]): readonly Buffer[] {
  const pieces: Buffer[] = [];
  let at = 0;
  for (const size of sizes) {
    if (!Number.isSafeInteger(size) || at + size > bytes.length) return pieces;
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return at === bytes.length ? pieces : [...pieces, bytes.subarray(at)];
}
