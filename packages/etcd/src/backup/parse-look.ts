/** What the look at a directory printed. */
export interface Look {
  /** Whether it is a directory at all, and not the live one. */
  readonly is: 'directory' | 'nothing' | 'file' | 'live';
  readonly path: string;
  /** Names in it. */
  readonly beside: readonly string[];
  readonly links: readonly string[];
  readonly hasSnap: boolean;
  readonly hasDb: boolean;
  readonly hasWal: boolean;
  readonly walBeside: boolean;
  readonly snapIndices: readonly number[];
  /** `SEQUENCE-INDEX.wal`, ascending. */
  readonly walFiles: readonly WalFile[];
  /** Seconds since 1970. */
  readonly newestWal: number;
  readonly bytes: number;
  readonly manifest: string | null;
  readonly description: string | null;
}

export interface WalFile {
  readonly sequence: number;
  /** The raft index of its first entry. */
  readonly index: number;
}

/** The description, free text, stands last. */
export function parseLook(stdout: string): Look {
  const [head = '', description] = stdout.split(/^description\n/m);
  const lines = head.split('\n');
  const all = (name: string): readonly string[] =>
    lines.flatMap((line) => (line.startsWith(`${name} `) ? [line.slice(name.length + 1)] : []));
  const dirs = all('dir');
  const [is = 'directory'] = all('is');
  const wals = all('wal').flatMap(walFile);
  return {
    is: is === 'nothing' || is === 'file' || is === 'live' ? is : 'directory',
    path: all('path')[0] ?? '',
    beside: all('beside'),
    links: all('link'),
    hasSnap: dirs.includes('snap'),
    hasDb: dirs.includes('db'),
    hasWal: dirs.includes('wal'),
    walBeside: dirs.includes('wal-beside'),
    snapIndices: all('snap')
      .flatMap(snapIndex)
      .sort((a, b) => a - b),
    walFiles: wals
      .map(({ sequence, index }) => ({ sequence, index }))
      .sort((a, b) => a.sequence - b.sequence),
    newestWal: Math.max(0, ...wals.map(({ time }) => time)),
    bytes: all('kilobytes').reduce((sum, size) => sum + Number(size) * 1024, 0),
    manifest: all('manifest')[0] ?? null,
    description: description ?? null,
  };
}

/** `TERM-INDEX.snap`, 16 hex digits each. */
export function snapIndex(name: string): readonly number[] {
  const index = /^[0-9a-f]{16}-([0-9a-f]{16})\.snap$/.exec(name)?.[1];
  return index === undefined ? [] : [Number(BigInt(`0x${index}`))];
}

function walFile(line: string): readonly (WalFile & { readonly time: number })[] {
  const found = /^([0-9a-f]{16})-([0-9a-f]{16})\.wal (\d+)$/.exec(line);
  if (found === null) return [];
  const [, sequence = '', index = '', time = ''] = found;
  return [
    { sequence: Number(BigInt(`0x${sequence}`)), index: Number(BigInt(`0x${index}`)), time: Number(time) },
  ];
}
