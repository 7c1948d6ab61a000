import { isScalar, type Node, type Pair } from 'yaml';
import { OkdError } from '../okd-error';
import type { ParsedConfig } from './parse-config';

/* Where things of a parsed configuration stand in its text. Lines count from 0 here, from 1 in messages. */

export function indentBefore(config: ParsedConfig, offset: number): string {
  return config.text.slice(lineStart(config, lineAt(config, offset)), offset);
}

export function indentAt(config: ParsedConfig, line: number): string {
  return /^ */.exec(lineText(config, line))?.[0] ?? '';
}

export function lineAt(config: ParsedConfig, offset: number): number {
  return config.lineOf(offset) - 1;
}

export function lineStart(config: ParsedConfig, line: number): number {
  return config.text.split('\n').slice(0, line).join('\n').length + (line > 0 ? 1 : 0);
}

export function lineText(config: ParsedConfig, line: number): string {
  return config.text.split('\n')[line] ?? '';
}

export function keyName(pair: Pair): string | undefined {
  return isScalar(pair.key) && typeof pair.key.value === 'string' ? pair.key.value : undefined;
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'range' in value;
}

export function rangeOf(key: unknown, path: string): readonly [number, number] {
  const range = isNode(key) ? key.range : undefined;
  if (range === undefined || range === null) throw cannot('a key has no place in the file', path, 1);
  return [range[0], range[1]];
}

/** The error for a file that can be read but not edited with nothing else touched. */
export function cannot(why: string, path: string, line: number): OkdError {
  return new OkdError(
    'E_MASTER_CONFIG',
    `master-config.yaml can't be edited with nothing else touched: ${why}`,
    {
      where: `${path}:${line}`,
      hint: 'Write kubernetesMasterConfig.apiServerArguments in plain block style, as the installer does, and check again.',
    },
  );
}
