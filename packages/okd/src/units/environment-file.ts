/**
 * A file of `NAME=value` as systemd's `EnvironmentFile=` reads it: comments at a line's start, quotes, a backslash before a
 * line end joins lines, no variable is expanded, the last assignment of a name wins.
 */
export function parseEnvironmentFile(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.replaceAll(/\\\r?\n/g, '').split(/\r?\n/)) {
    const found = /^\s*([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$/.exec(line);
    if (found?.[1] !== undefined) values.set(found[1], unquote(found[2] ?? ''));
  }
  return values;
}

/** `Environment=` as `systemctl show` prints it: words, quoted where they hold blanks. */
export function parseEnvironment(text: string): ReadonlyMap<string, string> {
  const words = text.match(/(?:"(?:\\.|[^"\\])*"|[^\s"])+/g) ?? [];
  return new Map(
    words.map(unquote).flatMap((word) => {
      const equals = word.indexOf('=');
      return equals < 1 ? [] : [[word.slice(0, equals), word.slice(equals + 1)] as const];
    }),
  );
}

/** The words of a command line with `${NAME}` put in, and `$NAME` split into words, as systemd does. */
export function expandWords(
  command: readonly string[],
  environment: ReadonlyMap<string, string>,
): readonly string[] {
  return command.flatMap((word) => {
    const whole = /^\$([A-Za-z_][A-Za-z0-9_]*)$/.exec(word)?.[1];
    if (whole !== undefined) return (environment.get(whole) ?? '').split(/\s+/).filter(Boolean).map(unquote);
    return [
      word.replaceAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => environment.get(name) ?? ''),
    ];
  });
}

function unquote(value: string): string {
  return value.replaceAll(
    /"((?:\\.|[^"\\])*)"|'([^']*)'/g,
    (_, double?: string, single?: string) => double?.replaceAll(/\\(["\\$`])/g, '$1') ?? single ?? '',
  );
}
