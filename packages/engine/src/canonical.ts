import { hash } from 'node:crypto';
import { PawlError } from './errors';
import type { Json } from './json';

/** Canonical JSON (RFC 8785): sorted keys, no white space; equal data has equal text. @throws PawlError `E_NOT_JSON` */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (typeof value !== 'object') {
    throw new PawlError('E_NOT_JSON', `${typeof value === 'number' ? value : typeof value} has no JSON`);
  }
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    return canonicalJson((value as { toJSON(): unknown }).toJSON());
  }
  return Array.isArray(value) ? canonicalArray(value) : canonicalObject(value as Record<string, unknown>);
}

function canonicalArray(value: readonly unknown[]): string {
  return `[${Array.from(value, (each) => canonicalJson(each ?? null)).join(',')}]`;
}

/** Keys in the order of their UTF-16 code units, which is that of `sort`; what is `undefined` is left out, as JSON does. */
function canonicalObject(value: Readonly<Record<string, unknown>>): string {
  let text = '';
  for (const key of Object.keys(value).sort()) {
    const inner = value[key];
    if (inner === undefined) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(inner)}`;
  }
  return `{${text}}`;
}

/** sha256 of text, hex. */
export function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}

/**
 * What comes back when a value is written down and read again.
 * @throws PawlError `E_NOT_JSON` where that is not what was given: dates, `undefined`, NaN, maps, functions would change in silence.
 */
export function plainJson(value: unknown, where: string): Json {
  const fault = firstFault(value, '');
  if (fault !== undefined) {
    throw new PawlError('E_NOT_JSON', `${where} is not plain JSON: ${fault}`, {
      hint: 'Return strings, finite numbers, booleans, null, arrays and plain objects only.',
    });
  }
  return JSON.parse(JSON.stringify(value)) as Json;
}

function firstFault(value: unknown, path: string): string | undefined {
  const at = path === '' ? 'the value itself' : path;
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `${at} is ${value}`;
  if (typeof value !== 'object') return `${at} is ${typeof value}`;
  if (Array.isArray(value)) return faultOfEntries(value.entries(), path);
  const proto: unknown = Object.getPrototypeOf(value);
  if (proto !== Object.prototype && proto !== null) return `${at} is no plain object`;
  return faultOfEntries(Object.entries(value), path);
}

function faultOfEntries(entries: Iterable<[string | number, unknown]>, path: string): string | undefined {
  for (const [key, value] of entries) {
    const fault = firstFault(value, path === '' ? String(key) : `${path}.${key}`);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
