import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { onHost } from '../host-tree';

/** A unit's files, read: the fragment and its drop-ins over it. */
export interface Loaded {
  /** By its path on the host; empty: there is none. */
  readonly fragment: string;
  readonly dropIns: readonly string[];
  readonly asserts: readonly string[];
  readonly environment: readonly string[];
  readonly environmentFiles: readonly { readonly path: string; readonly optional: boolean }[];
  readonly exec: string;
  readonly user: string;
  readonly group: string;
  readonly privateNetwork: boolean;
}

const PLACES = ['/etc/systemd/system', '/run/systemd/system'];

export function loadUnit(tree: string, unit: string): Loaded {
  const fragment = PLACES.map((place) => `${place}/${unit}`).find((file) => existsSync(onHost(tree, file)));
  const dropIns = PLACES.flatMap((place) =>
    filesIn(onHost(tree, `${place}/${unit}.d`))
      .filter((name) => name.endsWith('.conf') && !name.startsWith('.'))
      .map((name) => ({ name, path: `${place}/${unit}.d/${name}` })),
  ).sort((one, other) => (one.name < other.name ? -1 : 1));
  const files = [...(fragment === undefined ? [] : [fragment]), ...dropIns.map((dropIn) => dropIn.path)];
  return {
    fragment: fragment ?? '',
    dropIns: dropIns.map((dropIn) => dropIn.path),
    ...settings(files.flatMap((file) => readFileSync(onHost(tree, file), 'utf8').split('\n'))),
  };
}

export function unitFiles(tree: string): readonly string[] {
  return PLACES.flatMap((place) => filesIn(onHost(tree, place)).filter((name) => name.endsWith('.service')));
}

/** Whether a boot would start it. One that says nothing of boots is `static`. */
export function enabledAs(tree: string, unit: string, { fragment }: Loaded): string {
  if (fragment === '') return '';
  if (fragment.startsWith('/run/')) return 'static';
  const wanted = onHost(tree, `/etc/systemd/system/multi-user.target.wants/${unit}`);
  return lstatSync(wanted, { throwIfNoEntry: false }) === undefined ? 'disabled' : 'enabled';
}

/** A start's environment: files over `Environment=`, a later file over an earlier one. */
export function environmentOf(tree: string, loaded: Loaded): Readonly<Record<string, string>> {
  const files = loaded.environmentFiles.flatMap(({ path }) => {
    const file = onHost(tree, path);
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  });
  return Object.fromEntries(
    [...loaded.environment, ...files].flatMap((line) => {
      const [, name, value = ''] = /^([A-Z_][A-Z0-9_]*)=(.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, value.replace(/^"(.*)"$/, '$1')] as const];
    }),
  );
}

/** `$NAME` is split into words, `${NAME}` is not. */
export function commandOf(loaded: Loaded, env: Readonly<Record<string, string>>): readonly string[] {
  return loaded.exec.split(' ').flatMap((word) => {
    const split = /^\$([A-Z_]+)$/.exec(word)?.[1];
    if (split !== undefined) return (env[split] ?? '').split(' ').filter((each) => each !== '');
    return [word.replaceAll(/\$\{([A-Z_]+)\}/g, (_, name: string) => env[name] ?? '')];
  });
}

function settings(lines: readonly string[]): Omit<Loaded, 'fragment' | 'dropIns'> {
  const asserts: string[] = [];
  const all = (name: string): readonly string[] =>
    lines.flatMap((line) => (line.startsWith(`${name}=`) ? [line.slice(name.length + 1)] : []));
  // An empty one takes back what stood before.
  for (const path of all('AssertPathExists')) {
    if (path === '') asserts.length = 0;
    else asserts.push(path);
  }
  return {
    asserts,
    environment: all('Environment').map((word) => word.replace(/^"(.*)"$/, '$1')),
    environmentFiles: all('EnvironmentFile').map((word) => ({
      path: word.replace(/^-/, ''),
      optional: word.startsWith('-'),
    })),
    exec: all('ExecStart').at(-1) ?? '',
    user: all('User').at(-1) ?? '',
    group: all('Group').at(-1) ?? '',
    privateNetwork: all('PrivateNetwork').at(-1) === 'yes',
  };
}

const filesIn = (dir: string): readonly string[] => (existsSync(dir) ? readdirSync(dir) : []);
