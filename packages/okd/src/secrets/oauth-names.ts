import { createHash } from 'node:crypto';

// A name that was hashed before begins with # and stays as it is.
const OAUTH_NAME = /(oauth\/(?:accesstokens|authorizetokens)\/)(?!#)([^/\s"'`\\,;()[\]{}]+)/g;

/** In OKD 3.6 the name of a token's key *is* the bearer token: it becomes `…/accesstokens/#<12 hex of sha256>`. */
export function oauthNamesHashed(text: string): string {
  return text.replace(OAUTH_NAME, (_, prefix: string, name: string) => `${prefix}#${short(name)}`);
}

const short = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 12);
