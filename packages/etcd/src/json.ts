import { parse } from 'lossless-json';
import { EtcdError, unexpectedOutput } from './errors';

/** Parsed JSON in which every integer is a bigint: etcd prints 64-bit ids as bare numbers. */
export type Json = null | boolean | string | number | bigint | readonly Json[] | JsonFields;
export interface JsonFields {
  readonly [name: string]: Json;
}

/** @throws EtcdError `E_ETCD_PARSE` */
export function parseJson(text: string, command: string): Json {
  try {
    return asJson(parse(text, undefined, number));
  } catch (cause) {
    if (cause instanceof EtcdError) throw cause;
    throw unexpectedOutput(command, text);
  }
}

/** A field of an object; undefined where it is absent (etcd leaves out what is empty) or `json` is no object. */
export function field(json: Json | undefined, name: string): Json | undefined {
  return isFields(json) && Object.hasOwn(json, name) ? json[name] : undefined;
}

export function items(json: Json | undefined): readonly Json[] {
  return Array.isArray(json) ? (json as readonly Json[]) : [];
}

export function text(json: Json | undefined): string | undefined {
  return typeof json === 'string' ? json : undefined;
}

/** An index, a revision, a size or a count. @throws EtcdError `E_ETCD_PARSE` where a JS number can't hold it */
export function count(json: Json | undefined, command: string): number | undefined {
  if (json === undefined) return undefined;
  if (typeof json === 'bigint' && Number.isSafeInteger(Number(json))) return Number(json);
  throw unexpectedOutput(command, typeof json === 'bigint' ? json.toString() : 'a number that is none');
}

/** A 64-bit id as etcdctl prints it elsewhere: hex without leading zeros. */
export function hexId(json: Json | undefined): string | undefined {
  return typeof json === 'bigint' ? BigInt.asUintN(64, json).toString(16) : undefined;
}

function isFields(json: Json | undefined): json is JsonFields {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function number(literal: string): bigint | number {
  return /^-?\d+$/.test(literal) ? BigInt(literal) : Number(literal);
}

/** The parser's `unknown` is JSON by construction: its number parser is the only thing that could add other types. */
function asJson(parsed: unknown): Json {
  return parsed as Json;
}
