import { oauthNamesHashed } from './oauth-names';
import { LEFT_OUT } from './redact';

/** Longer than any host name, unit or UID in these logs; an OAuth token of OKD 3.6 has 43 characters. */
const OPAQUE = /[A-Za-z0-9_+-]{40,}/g;
const BEARER = /\b(Bearer\s+)\S+/gi;
const ASSIGNED = /((?:passw(?:or)?d|secret|token|api_?key)"?\s*[=:]\s*)(?:"[^"]*"|\S+)/gi;
const USER_IN_URL = /(:\/\/)[^/@\s]+:[^/@\s]+@/g;
const BASE64_ALONE = /^\s*[A-Za-z0-9+/=]{40,}\s*$/;

/**
 * A line of a master's log as it may be kept: it goes into the database and to the terminal. Names of OAuth tokens, which in
 * OKD 3.6 are the bearer tokens themselves, become `…/#<12 hex of sha256>`; what looks like a secret, or is one long opaque
 * word, is left out. Too much rather than too little: the whole line is in the host's own journal.
 */
export function redactLine(line: string): string {
  if (BASE64_ALONE.test(line)) return LEFT_OUT;
  return oauthNamesHashed(line)
    .replace(BEARER, `$1${LEFT_OUT}`)
    .replace(ASSIGNED, `$1${LEFT_OUT}`)
    .replace(USER_IN_URL, `$1${LEFT_OUT}@`)
    .replace(OPAQUE, LEFT_OUT);
}
