/** The words of a line as `etcdctl txn` reads it; words in double quotes are Go literals. Bytes, as latin1. */
export function goWords(line: string): readonly string[] {
  return [...line.matchAll(/"((?:\\.|[^"\\])*)"|([^\s"]+)/g)].map(([, quoted, plain = '']) =>
    quoted === undefined ? plain : unquote(quoted),
  );
}

export function unquote(literal: string): string {
  return literal.replaceAll(/\\(x[0-9a-fA-F]{2}|.)/g, (_, escape: string) => {
    if (escape.startsWith('x')) return String.fromCharCode(parseInt(escape.slice(1), 16));
    return ({ n: '\n', r: '\r', t: '\t' } as Readonly<Record<string, string>>)[escape] ?? escape;
  });
}
