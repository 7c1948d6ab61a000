import { posix } from 'node:path';
import { OkdError } from '../okd-error';
import { isObject } from './parse-config';

export type ConfigReader = ReturnType<typeof configReader>;

/** Reads single settings and insists on their kind. */
export function configReader(config: Readonly<Record<string, unknown>>, directory: string, where: string) {
  const get = (keys: readonly string[]): unknown =>
    keys.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), config) ?? undefined;
  const text = (keys: readonly string[]): string | null => {
    const value = get(keys);
    if (value === undefined || value === '') return null;
    if (typeof value === 'string') return value;
    throw wrongKind(keys, 'a text', where);
  };
  const path = (keys: readonly string[]): string | null => {
    const value = text(keys);
    return value === null ? null : posix.resolve(directory, value);
  };
  const number = (keys: readonly string[], unset: number): number => {
    const value = get(keys);
    if (value === undefined) return unset;
    if (typeof value === 'number' && Number.isInteger(value)) return value;
    throw wrongKind(keys, 'a whole number', where);
  };
  const texts = (keys: readonly string[]): readonly string[] => {
    const value = get(keys);
    if (value === undefined) return [];
    if (Array.isArray(value) && value.every((item): item is string => typeof item === 'string')) return value;
    throw wrongKind(keys, 'a list of texts', where);
  };
  const argument = (name: string): string | null =>
    texts(['kubernetesMasterConfig', 'apiServerArguments', name])[0] ?? null;
  return { text, path, number, texts, argument, where };
}

/** The error for a value of another kind than OpenShift takes. */
export function wrongKind(keys: readonly string[], kind: string, where: string): OkdError {
  return new OkdError('E_MASTER_CONFIG', `${keys.join('.')} in master-config.yaml is not ${kind}`, {
    where,
    hint: 'OpenShift would not start with it, or not read it as you expect. Mend the file first.',
  });
}
