import { checkName } from './check-name';
import { declareGroup, declareHost } from './declarations';
import type { Declarations, Value } from './declarations';
import { expandRange } from './expand-range';
import { inventoryError } from './inventory-error';
import { splitWords } from './split-words';

interface Section {
  readonly kind: 'hosts' | 'children' | 'vars';
  readonly group: string;
}

/**
 * Ansible's INI format: `[group]`, `[group:children]`, `[group:vars]`; whole-line comments with `#` or `;`, and with `#` at
 * the end of any line but a variable's in `[group:vars]`, where it belongs to the value.
 * @throws HostError `E_INVENTORY` with `file:line`
 */
export function parseIni(text: string, file: string): Declarations {
  const to: Declarations = { file, hosts: new Map(), groups: new Map() };
  const begun = new Set(['all', 'ungrouped']);
  const named = new Map<string, string>();
  let section: Section = { kind: 'hosts', group: 'ungrouped' };
  text.split(/\r?\n/).forEach((source, index) => {
    const line = source.replace(/^\ufeff/, '').trim();
    const where = `${file}:${index + 1}`;
    if (line === '' || line.startsWith('#') || line.startsWith(';')) return;
    const next = sectionOf(line, where);
    if (next === undefined) readers[section.kind](to, section.group, line, where, named);
    else {
      section = next;
      declareGroup(to, section.group, where);
      if (section.kind !== 'vars') begun.add(section.group);
      else if (!named.has(section.group)) named.set(section.group, where);
    }
  });
  for (const [group, where] of named) {
    if (!begun.has(group)) throw undefinedGroup(group, where);
  }
  return to;
}

type Reader = (
  to: Declarations,
  group: string,
  line: string,
  where: string,
  named: Map<string, string>,
) => void;

const readers: Readonly<Record<Section['kind'], Reader>> = {
  hosts(to, group, line, where) {
    const { names, vars } = readHostLine(line, where);
    for (const name of names) {
      const host = declareHost(to, name, where);
      for (const [key, value] of vars) host.vars.set(key, value);
      declareGroup(to, group, where).hosts.add(name);
    }
  },
  children(to, group, line, where, named) {
    const child = /^([^:\]\s]+)\s*(?:#.*)?$/.exec(line)?.[1];
    if (child === undefined) {
      throw inventoryError(
        where,
        `'${line}' is not the name of a group`,
        'In [group:children] stands one group a line.',
      );
    }
    declareGroup(to, group, where).children.set(child, where);
    declareGroup(to, child, where);
    if (!named.has(child)) named.set(child, where);
  },
  vars(to, group, line, where) {
    const { key, text } = readAssignment(line, where);
    declareGroup(to, group, where).vars.set(key, { text: withoutQuotes(text), where });
  },
};

function sectionOf(line: string, where: string): Section | undefined {
  const match = /^\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?$/.exec(line);
  if (match === null) {
    if (!/^\[.*\]$/.test(line)) return undefined;
    throw inventoryError(where, `${line} is no section`, 'Write [group], [group:children] or [group:vars].');
  }
  const [, group = '', kind = 'hosts'] = match;
  if (kind === 'hosts' || kind === 'children' || kind === 'vars') return { group, kind };
  throw inventoryError(
    where,
    `[${group}:${kind}] is no kind of section`,
    'There are [group], [group:children] and [group:vars].',
  );
}

function readHostLine(line: string, where: string): { names: readonly string[]; vars: Map<string, Value> } {
  const words = splitWords(line);
  if (words === undefined)
    throw inventoryError(where, 'a quote is opened and not closed', 'Close it on the same line.');
  const [pattern = '', ...assignments] = words;
  const vars = new Map<string, Value>();
  const [, withoutPort = pattern, port] = /^((?:[^[\]:]|\[[^\]]*\])+):(\d+)$/.exec(pattern) ?? [];
  if (port !== undefined) vars.set('ansible_port', { text: port, where });
  for (const word of assignments) {
    const { key, text } = readAssignment(word, where);
    vars.set(key, { text: withoutQuotes(text), where });
  }
  const names = expandRange(withoutPort, where);
  for (const name of names) checkName(name, where);
  return { names, vars };
}

function readAssignment(word: string, where: string): { readonly key: string; readonly text: string } {
  const at = word.indexOf('=');
  const key = word.slice(0, Math.max(at, 0)).trim();
  if (/^\w+$/.test(key)) return { key, text: word.slice(at + 1).trim() };
  throw inventoryError(
    where,
    `'${word}' is no variable`,
    'Write name=value, without blanks around the = on a host line, and with quotes around a value that has blanks. A comment after it begins with #.',
  );
}

/** Ansible reads a value as a Python literal where it is one: of all that, quotes are what matters here. */
function withoutQuotes(text: string): string {
  const match = /^(['"])((?:(?!\1)[^\\])*)\1\s*(?:#.*)?$/.exec(text);
  return match?.[2] ?? text;
}

function undefinedGroup(group: string, where: string): Error {
  return inventoryError(
    where,
    `the group '${group}' is named here, and no section [${group}] or [${group}:children] makes it`,
    'Look for a typing error, or add the section; it may be empty.',
  );
}
