import { isMap, isPair, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import type { ParsedConfig } from './parse-config';
import {
  cannot,
  indentAt,
  indentBefore,
  isNode,
  keyName,
  lineAt,
  lineStart,
  lineText,
  rangeOf,
} from './place';

/** Where `kubernetesMasterConfig.apiServerArguments` stands in the text. Line numbers count from 0. */
export interface Site {
  /** The line after which new arguments go. */
  readonly headLine: number;
  /** That line as it must be for block style: without `null`, `{}` or a flow mapping behind the colon. */
  readonly headline: string;
  /** Put in front of new arguments: the key itself, where the file does not have it. */
  readonly missing: readonly string[];
  readonly indent: string;
  /** The arguments present in block style, each on lines of its own. */
  readonly pairs: readonly Argument[];
  /** Those of a flow mapping, which becomes block style as soon as anything in it changes. */
  readonly flow: readonly { readonly name: string; readonly line: string }[];
}

export interface Argument {
  readonly name: string;
  readonly value: Node | null;
  readonly firstLine: number;
  readonly lastLine: number;
}

/** @throws OkdError `E_MASTER_CONFIG` where it is written in a way that can't be edited line by line, with the line */
export function findSite(config: ParsedConfig, path: string): Site {
  const parent = child(config, config.document.contents, 'kubernetesMasterConfig', path);
  if (
    parent === undefined ||
    !isMap(parent.value) ||
    parent.value.flow === true ||
    parent.value.items.length === 0
  )
    throw cannot(
      parent === undefined
        ? 'it has no kubernetesMasterConfig: this file is not that of a master that serves Kubernetes'
        : 'kubernetesMasterConfig is not a mapping in block style',
      path,
      parent === undefined ? 1 : parent.line + 1,
    );
  const childIndent = indentOf(config, parent.value, path);
  const step = childIndent.slice(indentAt(config, parent.line).length);
  const own = child(config, parent.value, 'apiServerArguments', path);
  if (own !== undefined) return siteOf(config, own, childIndent + step, path);
  return {
    headLine: parent.line,
    headline: lineText(config, parent.line),
    missing: [`${childIndent}apiServerArguments:`],
    indent: childIndent + step,
    pairs: [],
    flow: [],
  };
}

interface Child {
  readonly line: number;
  readonly value: Node | null;
}

function siteOf(config: ParsedConfig, own: Child, deeper: string, path: string): Site {
  const { value, line } = own;
  const site = {
    headLine: line,
    headline: lineText(config, line),
    missing: [],
    indent: deeper,
    pairs: [],
    flow: [],
  };
  if (value !== null && (value.anchor !== undefined || value.tag !== undefined))
    throw cannot('apiServerArguments has an anchor or a tag', path, line + 1);
  if (isMap(value)) refuseMerge(config, value, path);
  if (isMap(value) && value.flow !== true) {
    const pairs = value.items.map((pair) => argument(config, pair, path));
    return { ...site, indent: indentOf(config, value, path), pairs };
  }
  if (isMap(value))
    return {
      ...site,
      headline: withoutValue(config, own, path),
      flow: flowLines(config, value, deeper, path),
    };
  if (value === null || (isScalar(value) && value.value === null))
    return { ...site, headline: withoutValue(config, own, path) };
  throw cannot('apiServerArguments is neither a mapping nor empty', path, line + 1);
}

function child(config: ParsedConfig, map: unknown, name: string, path: string): Child | undefined {
  if (!isMap(map)) return undefined;
  refuseMerge(config, map, path);
  const pair = map.items.find((item) => keyName(item) === name);
  if (pair === undefined) return undefined;
  const value = isNode(pair.value) ? pair.value : null;
  return { line: lineAt(config, rangeOf(pair.key, path)[0]), value };
}

/** OpenShift would take the merged keys as if they stood here; a change beside them could mean something else. */
function refuseMerge(config: ParsedConfig, map: YAMLMap, path: string): void {
  const merge = map.items.find((pair) => keyName(pair) === '<<');
  if (merge === undefined) return;
  throw cannot('it has a merge key (<<)', path, lineAt(config, rangeOf(merge.key, path)[0]) + 1);
}

function argument(config: ParsedConfig, pair: Pair, path: string): Argument {
  const [start, keyEnd] = rangeOf(pair.key, path);
  const firstLine = lineAt(config, start);
  const value = isNode(pair.value) ? pair.value : null;
  const name = keyName(pair);
  if (
    name === undefined ||
    lineText(config, firstLine).slice(0, indentAt(config, firstLine).length) !== indentBefore(config, start)
  )
    throw cannot('an argument does not begin on a line of its own', path, firstLine + 1);
  return { name, value, firstLine, lastLine: lineAt(config, Math.max(keyEnd, lastWordEnd(value))) };
}

/** Where the last word of a value ends: a block's own range may reach over the line end and comments behind it. */
function lastWordEnd(node: unknown): number {
  const last = (isSeq(node) || isMap(node)) && node.flow !== true ? node.items.at(-1) : undefined;
  if (last === undefined) return isNode(node) ? (node.range?.[1] ?? 0) : 0;
  return isPair(last) ? Math.max(lastWordEnd(last.key), lastWordEnd(last.value)) : lastWordEnd(last);
}

/** A flow mapping on one line without comments can be written in block style; each argument keeps its own words. */
function flowLines(config: ParsedConfig, map: YAMLMap, indent: string, path: string): Site['flow'] {
  return map.items.map((pair) => {
    const [start, end] = rangeOf(pair.key, path);
    const value = isNode(pair.value)
      ? config.text.slice(pair.value.range?.[0] ?? 0, pair.value.range?.[1] ?? 0)
      : '';
    return {
      name: keyName(pair) ?? '',
      line: `${indent}${config.text.slice(start, end)}: ${value}`.trimEnd(),
    };
  });
}

/** The key's line with what stands behind the colon taken out; a comment at its end stays. */
function withoutValue(config: ParsedConfig, own: Child, path: string): string {
  const range = own.value?.range;
  const line = lineText(config, own.line);
  if (range === undefined || range === null || range[0] === range[1]) return line;
  if (lineAt(config, range[0]) !== own.line || lineAt(config, range[1] - 1) !== own.line)
    throw cannot('apiServerArguments is a flow mapping over several lines', path, own.line + 1);
  const start = lineStart(config, own.line);
  return (line.slice(0, range[0] - start).trimEnd() + line.slice(range[1] - start)).trimEnd();
}

function indentOf(config: ParsedConfig, map: YAMLMap, path: string): string {
  return indentBefore(config, rangeOf(map.items[0]?.key, path)[0]);
}
