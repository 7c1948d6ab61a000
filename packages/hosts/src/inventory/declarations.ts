/** What an inventory declares, before any rule of inheritance: both ways of writing one end here. */
export interface Declarations {
  readonly file: string;
  readonly hosts: Map<string, Declared>;
  readonly groups: Map<string, DeclaredGroup>;
}

export interface Declared {
  readonly where: string;
  readonly vars: Map<string, Value>;
}

export interface DeclaredGroup extends Declared {
  readonly name: string;
  readonly hosts: Set<string>;
  readonly children: Map<string, string>;
}

/** A variable's value, and where it was set. */
export interface Value {
  readonly text: string;
  readonly where: string;
}

export function declareHost(to: Declarations, name: string, where: string): Declared {
  const known = to.hosts.get(name);
  if (known !== undefined) return known;
  const host = { where, vars: new Map<string, Value>() };
  to.hosts.set(name, host);
  return host;
}

export function declareGroup(to: Declarations, name: string, where: string): DeclaredGroup {
  const known = to.groups.get(name);
  if (known !== undefined) return known;
  const group = {
    name,
    where,
    vars: new Map<string, Value>(),
    hosts: new Set<string>(),
    children: new Map<string, string>(),
  };
  to.groups.set(name, group);
  return group;
}
