/** What `systemctl show -p …` prints, for the properties that a member's settings come from. */
export interface UnitProperties {
  readonly loadState: string;
  readonly fragmentPath: string;
  readonly dropIns: readonly string[];
  readonly user: string;
  readonly group: string;
  readonly environment: ReadonlyMap<string, string>;
  readonly environmentFiles: readonly { readonly path: string; readonly optional: boolean }[];
  /** The command line as systemd holds it, words joined by blanks, quotes of the unit file taken away. */
  readonly commandLine: string;
}

export const UNIT_PROPERTIES =
  'LoadState,FragmentPath,DropInPaths,User,Group,Environment,EnvironmentFiles,ExecStart';

/** systemd 219 prints `EnvironmentFile=` for the property `EnvironmentFiles`, newer ones its own name; one line a file. */
export function parseUnitProperties(stdout: string): UnitProperties {
  const lines = stdout.split('\n').map((line) => {
    const equals = line.indexOf('=');
    return { name: line.slice(0, Math.max(equals, 0)), value: line.slice(equals + 1) };
  });
  const one = (name: string): string => lines.find((line) => line.name === name)?.value ?? '';
  return {
    loadState: one('LoadState'),
    fragmentPath: one('FragmentPath'),
    dropIns: one('DropInPaths')
      .split(' ')
      .filter((path) => path !== ''),
    user: one('User'),
    group: one('Group'),
    environment: new Map(words(one('Environment')).flatMap(pair)),
    environmentFiles: lines
      .filter((line) => line.name === 'EnvironmentFile' || line.name === 'EnvironmentFiles')
      .flatMap((line) => {
        const found = /^(.*) \(ignore_errors=(yes|no)\)$/.exec(line.value);
        return found?.[1] === undefined ? [] : [{ path: found[1], optional: found[2] === 'yes' }];
      }),
    commandLine: /argv\[\]=(.*?) ; ignore_errors=/.exec(one('ExecStart'))?.[1] ?? '',
  };
}

/** Words as a shell splits them; quotes may stand anywhere in a word. */
export function words(text: string): readonly string[] {
  const found = text.match(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+/g) ?? [];
  return found.map((word) =>
    word.replace(
      /"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/g,
      (_, double?: string, single?: string, escaped?: string) =>
        double !== undefined ? double.replace(/\\(.)/g, '$1') : (single ?? escaped ?? ''),
    ),
  );
}

function pair(word: string): readonly (readonly [string, string])[] {
  const equals = word.indexOf('=');
  return equals < 1 ? [] : [[word.slice(0, equals), word.slice(equals + 1)]];
}
