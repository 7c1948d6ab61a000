import path from 'node:path';

/** What a host has of its own; everything else is this machine's. By the path there, the folder in its tree. */
const OWN: readonly (readonly [string, string])[] = [
  ['/etc', 'etc'],
  ['/var/lib', 'var-lib'],
  ['/run', 'run'],
  ['/usr/local', 'usr-local'],
];

export const treeOf = (dir: string, host: string): string => path.join(dir, 'hosts', host);

/** `mount --bind` lines that make a tree the host's own. */
export function bindTree(tree: string): string {
  return OWN.map(([there, folder]) => `mount --bind '${tree}/${folder}' ${there}`).join('\n');
}

/** Where this process finds a path of a host. */
export function onHost(tree: string, there: string): string {
  const own = OWN.find(([top]) => there === top || there.startsWith(`${top}/`));
  return own === undefined ? there : path.join(tree, own[1], there.slice(own[0].length));
}
