/**
 * One URL to ask a member under, from its own host and from others: https before http, an address before a name (OKD's server
 * certificates hold both, and an address needs no resolver), what it advertises before what it listens on.
 */
export function clientEndpoint(
  advertised: readonly string[],
  listened: readonly string[],
): string | undefined {
  const candidates = [...advertised, ...listened].filter(
    (url) => /^https?:\/\/[^/]+$/.test(url) && !WILDCARD.test(url),
  );
  const ranked = candidates.map((url) => ({ url, rank: rank(url) })).sort((a, b) => a.rank - b.rank);
  return ranked[0]?.url;
}

const WILDCARD = /^https?:\/\/(?:0\.0\.0\.0|\[::\])(?::\d+)?$/;

function rank(url: string): number {
  const secure = url.startsWith('https:') ? 0 : 4;
  const host = url.replace(/^https?:\/\//, '').replace(/:\d+$/, '');
  const loopback = /^(?:127\.|localhost$|\[::1\])/.test(host) ? 2 : 0;
  const address = /^(?:\d+\.\d+\.\d+\.\d+|\[[0-9a-f:]+\])$/i.test(host) ? 0 : 1;
  return secure + loopback + address;
}
