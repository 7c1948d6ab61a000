import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '@pawl/engine';

export const LEFT_OUT = '[left out]';

/**
 * The last line of defence in front of every sink of the CLI; values that are secrets are kept out by those who handle
 * them. In text: the names of OAuth tokens (in OKD 3.6 the name of the key *is* the bearer token) become
 * `…/accesstokens/#<12 hex of sha256>`, private keys, bearer headers and `password=…` are left out.
 */
export function redactText(text: string): string {
  return text
    .replace(OAUTH_NAME, (_, prefix: string, name: string) => `${prefix}#${short(name)}`)
    .replace(PRIVATE_KEY, LEFT_OUT)
    .replace(BEARER, `$1${LEFT_OUT}`)
    .replace(ASSIGNMENT, `$1${LEFT_OUT}`);
}

/** The same for data: text in it, names of fields, and everything under a name that sounds like a secret. */
export function redactJson(value: Json): Json {
  return jsonRedactedBy(value, isSecret);
}

export function redactObject(value: JsonObject): JsonObject {
  return redactedBy(value, isSecret);
}

/** Facts of a machine: text alone. Their names are ours: `token` is what etcd calls the name that a cluster was formed under. */
export function redactFacts(value: JsonObject): JsonObject {
  return redactedBy(value, () => false);
}

type IsSecret = (name: string, held: Json) => boolean;

function redactedBy(value: JsonObject, isSecret: IsSecret): JsonObject {
  const entries = Object.entries(value).map(([name, held]): [string, Json] => [
    redactText(name),
    isSecret(name, held) ? LEFT_OUT : jsonRedactedBy(held, isSecret),
  ]);
  return Object.fromEntries(entries);
}

function jsonRedactedBy(value: Json, isSecret: IsSecret): Json {
  if (typeof value === 'string') return redactText(value);
  if (Array.isArray(value)) return value.map((item: Json) => jsonRedactedBy(item, isSecret));
  if (value === null || typeof value !== 'object') return value;
  return redactedBy(value as JsonObject, isSecret);
}

/** A path to a key is no secret, and it is what a person needs when the key can't be read; nor is how long a token lives. */
function isSecret(name: string, held: Json): boolean {
  if (held === null || typeof held === 'boolean') return false;
  if (typeof held === 'number' && /token/i.test(name)) return false;
  return SECRET_NAME.test(name) && !/(file|path)$/i.test(name);
}

const short = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 12);

const SECRET_NAME =
  /pass(word|phrase|wd)|secret|token(?!s\/)|private_?key|credential|authorization|cookie|api_?key/i;
// A name that was hashed before begins with # and stays as it is.
const OAUTH_NAME = /(oauth\/(?:accesstokens|authorizetokens)\/)(?!#)([^/\s"'`\\,;()[\]{}]+)/g;
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;
const BEARER = /\b(Bearer\s+)[A-Za-z0-9._~+/=-]{8,}/gi;
const ASSIGNMENT = /\b((?:password|passwd|passphrase|secret|token)\s*[=:]\s*)(?!\[left out\])[^\s"',;]+/gi;
