import type { V2, V2Event, V2Node } from './member-data';

export const EMPTY_V2: V2 = { index: 0, nodes: {}, history: [] };

/** Sets a key, or makes a directory; those above are made, with the same index, as etcd does it. */
export function setV2(v2: V2, key: string, entry: { value?: string; ttlMs?: number }, now: number): V2 {
  const index = v2.index + 1;
  const nodes: Record<string, V2Node> = { ...v2.nodes };
  for (const above of directoriesAbove(key)) nodes[above] ??= { created: index, modified: index };
  nodes[key] = {
    ...(entry.value !== undefined && { value: entry.value }),
    ...(entry.ttlMs !== undefined && { expiration: now + entry.ttlMs }),
    ...{ created: index, modified: index },
  };
  return { index, nodes, history: remember(v2.history, { index, action: 'set', key }) };
}

/** What has run out, goes: each moves the index by one. A directory takes all that lies in it along. */
export function expireV2(v2: V2, now: number): V2 {
  const due = Object.entries(v2.nodes)
    .filter(([, { expiration }]) => expiration !== undefined && expiration <= now)
    .sort(([, one], [, other]) => (one.expiration ?? 0) - (other.expiration ?? 0));
  return due.reduce((before, [key]) => {
    if (!(key in before.nodes)) return before;
    const index = before.index + 1;
    const nodes = Object.fromEntries(
      Object.entries(before.nodes).filter(([name]) => name !== key && !name.startsWith(`${key}/`)),
    );
    return { index, nodes, history: remember(before.history, { index, action: 'expire', key }) };
  }, v2);
}

/** As `GET /v2/keys` shows it: what begins with `_` is hidden in listings. Undefined where it is not there. */
export function showV2(v2: V2, key: string, recursive: boolean, now: number): object | undefined {
  if (key === '/') return { dir: true, ...listed(v2, '', recursive, now) };
  const node = v2.nodes[key];
  if (node === undefined) return undefined;
  return shown(key, node, now, node.value === undefined ? listed(v2, key, recursive, now) : {});
}

/** The first on the way to a key that is not there. */
export function missingV2(v2: V2, key: string): string {
  return [...directoriesAbove(key), key].find((each) => !(each in v2.nodes)) ?? key;
}

function listed(v2: V2, directory: string, recursive: boolean, now: number): object {
  const names = Object.keys(v2.nodes).filter(
    (name) =>
      name.startsWith(`${directory}/`) &&
      !name.slice(directory.length + 1).includes('/') &&
      !name.startsWith(`${directory}/_`),
  );
  if (names.length === 0) return {};
  return {
    nodes: names.map((name) => {
      const node = v2.nodes[name]!;
      const below = recursive && node.value === undefined ? listed(v2, name, true, now) : {};
      return shown(name, node, now, below);
    }),
  };
}

/** In etcd's order: an expiration stands before the nodes that it applies to. */
function shown(key: string, node: V2Node, now: number, below: object): object {
  const { value, expiration, created, modified } = node;
  return {
    key,
    ...(value === undefined ? { dir: true } : { value }),
    ...(expiration !== undefined && {
      expiration: new Date(expiration).toISOString(),
      ttl: Math.max(1, Math.ceil((expiration - now) / 1000)),
    }),
    ...below,
    modifiedIndex: modified,
    createdIndex: created,
  };
}

function directoriesAbove(key: string): readonly string[] {
  const parts = key.split('/').slice(1, -1);
  return parts.map((_, at) => `/${parts.slice(0, at + 1).join('/')}`);
}

/** As many as etcd remembers. */
const remember = (history: readonly V2Event[], event: V2Event): readonly V2Event[] =>
  [...history, event].slice(-1000);
