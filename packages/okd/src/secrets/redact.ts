import { oauthNamesHashed } from './oauth-names';

export const LEFT_OUT = '[left out]';

/** Plain data, as a journal and a log hold it. */
type Data = string | number | boolean | null | readonly Data[] | DataObject;
interface DataObject {
  readonly [key: string]: Data;
}

/**
 * The last line of defence in front of whatever is kept or shown; values that are secrets are kept out by those who handle
 * them. In text: names of OAuth tokens are hashed; private keys, certificates and what a kubeconfig has of them, bearer headers
 * and `password=…` are left out.
 */
export function redactText(text: string): string {
  return withoutPem(oauthNamesHashed(text))
    .replace(BEARER, `$1${LEFT_OUT}`)
    .replace(ASSIGNMENT, `$1${LEFT_OUT}`);
}

function withoutPem(text: string): string {
  const cut = text.replace(PEM, LEFT_OUT);
  return cut.includes('-----END ') ? cut.replace(PEM_WITHOUT_ITS_BEGINNING, LEFT_OUT) : cut;
}

/** The same for data: text in it, names of fields, and everything under a name that sounds like a secret. */
export function redactObject(value: DataObject): DataObject {
  return redactedBy(value, isSecret);
}

/** Facts of a machine: text alone. Their names are ours: `token` is what etcd calls the name that a cluster was formed under. */
export function redactFacts(value: DataObject): DataObject {
  return redactedBy(value, () => false);
}

type IsSecret = (name: string, held: Data) => boolean;

function redactedBy(value: DataObject, isSecret: IsSecret): DataObject {
  const entries = Object.entries(value).map(([name, held]): [string, Data] => [
    redactText(name),
    isSecret(name, held) ? LEFT_OUT : dataRedactedBy(held, isSecret),
  ]);
  return Object.fromEntries(entries);
}

function dataRedactedBy(value: Data, isSecret: IsSecret): Data {
  if (typeof value === 'string') return redactText(value);
  if (Array.isArray(value)) return value.map((item: Data) => dataRedactedBy(item, isSecret));
  if (value === null || typeof value !== 'object') return value;
  return redactedBy(value as DataObject, isSecret);
}

/** A path to a key is no secret, and it is what a person needs when the key can't be read; nor is how long a token lives. */
function isSecret(name: string, held: Data): boolean {
  if (held === null || typeof held === 'boolean') return false;
  if (typeof held === 'number' && /token/i.test(name)) return false;
  return SECRET_NAME.test(name) && !/(file|path)$/i.test(name);
}

const SECRET_NAME =
  /pass(word|phrase|wd)|secret|token(?!s\/)|private_?key|credential|authorization|cookie|api_?key|(key|certificate|authority)-data$/i;
const PEM = /-----BEGIN [A-Z ]+-----[\s\S]*?(?:-----END [A-Z ]+-----|$)/g;
// The tail of an output, cut to its last bytes. All lengths are bounded: what is tried at each place of a long text must end soon.
const PEM_WITHOUT_ITS_BEGINNING =
  /(?<![A-Za-z0-9+/=])(?:[A-Za-z0-9+/=]{1,100}(?:\r?\n|\\n)[ \t]{0,20}){1,200}-----END [A-Z ]+-----/g;
const BEARER = /\b(Bearer\s+)[A-Za-z0-9._~+/=-]{8,}/gi;
const ASSIGNMENT =
  /((?:\b(?:password|passwd|passphrase|secret|token)|\b[a-z-]{0,30}(?:key|certificate|authority)-data)"?\s*[=:]\s*"?)(?!\[left out\])[^\s"',;]+/gi;
