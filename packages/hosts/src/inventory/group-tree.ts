import type { Declarations, DeclaredGroup } from './declarations';
import { inventoryError } from './inventory-error';

/** A group's hosts in Ansible's order: its own as they are named, then its children's, level by level. */
export function hostsOfGroup(declared: Declarations, name: string): readonly string[] {
  const seen = new Set([name]);
  const hosts = new Set<string>();
  for (let level: readonly string[] = [name]; level.length > 0;) {
    const groups = level.flatMap((group) => declared.groups.get(group) ?? []);
    for (const group of groups) for (const host of group.hosts) hosts.add(host);
    level = [...new Set(groups.flatMap(({ children }) => [...children.keys()]))].filter(
      (it) => !seen.has(it),
    );
    for (const group of level) seen.add(group);
  }
  return [...hosts];
}

/**
 * The groups in the order in which their variables are laid over each other: `all`, then by depth (the longest way up),
 * then by `ansible_group_priority`, then by name.
 * @throws HostError `E_INVENTORY` for a group that is a child of itself
 */
export function byPrecedence(declared: Declarations): readonly DeclaredGroup[] {
  const parents = new Map<string, { readonly parent: string; readonly where: string }[]>();
  for (const { name: parent, children } of declared.groups.values()) {
    for (const [child, where] of children)
      parents.set(child, [...(parents.get(child) ?? []), { parent, where }]);
  }
  const depth = (name: string, below: readonly string[]): number => {
    if (name === 'all') return 0;
    const above = parents.get(name) ?? [];
    return (
      1 +
      Math.max(
        0,
        ...above.map(({ parent, where }) => depth(parent, withoutLoop([...below, name], parent, where))),
      )
    );
  };
  return [...declared.groups.values()]
    .map((group) => ({ group, depth: depth(group.name, []), priority: priorityOf(group) }))
    .sort((a, b) => a.depth - b.depth || a.priority - b.priority || compare(a.group.name, b.group.name))
    .map(({ group }) => group);
}

function withoutLoop(below: readonly string[], parent: string, where: string): readonly string[] {
  if (!below.includes(parent)) return below;
  throw inventoryError(
    where,
    `the group '${parent}' is a child of itself: ${[parent, ...below.toReversed()].join(' > ')}`,
    'Take one of these lines out.',
  );
}

function priorityOf({ vars }: DeclaredGroup): number {
  const priority = vars.get('ansible_group_priority');
  if (priority === undefined) return 1;
  if (/^-?\d+$/.test(priority.text)) return Number(priority.text);
  throw inventoryError(
    priority.where,
    `ansible_group_priority '${priority.text}' is no number`,
    'Write a whole number.',
  );
}

/** By code point, as Python sorts. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
