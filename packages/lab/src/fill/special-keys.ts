import type { FillContext, FillEntry } from './fill-entry';

/** One of each kind that has hurt somebody: unicode, quotes, control characters, empty, large, hidden, long-lived TTLs. */
export function* specialKeys({ text }: FillContext): Generator<FillEntry> {
  for (const name of ['default', 'kube-system', 'openshift', 'openshift-infra']) {
    yield { key: `/kubernetes.io/namespaces/${name}`, value: namespace(name) };
  }
  const config = '/kubernetes.io/configmaps/default';
  yield { key: `${config}/unicode-äöü-日本語-🚀`, value: 'Grüße, こんにちは, 🚀\u2028\u00a0' };
  yield {
    key: `${config}/quotes "double" 'single' \\back`,
    value: 'He said "hi" and \'bye\' \\ `tick` $HOME ${x} %s',
  };
  yield { key: `${config}/angle <b>&amp;`, value: '<script>alert("&amp;")</script> a&b=c+d%20e' };
  yield { key: `${config}/control`, value: 'line 1\nline 2\r\n\ttab\u0001\u007f end\n' };
  yield { key: `${config}/empty`, value: '' };
  yield { key: `${config}/number`, value: '0' };
  yield { key: `${config}/json`, value: '{"a":{"b":[1,2.5,1e21,9007199254740993]},"c":"\\u003c"}' };
  // 1 MiB: v2 takes any size, a v3 request at most about 1.4 MiB.
  yield { key: `${config}/large`, value: text(1024 * 1024) };
  yield {
    key: `/kubernetes.io/secrets/default/canary`,
    value: `{"kind":"Secret","data":{"password":"CANARY-${secret(text)}"}}`,
  };
  // Hidden from listings, not migrated by etcdctl.
  yield { key: '/_lab_hidden', value: 'hidden at the root' };
  yield { key: '/kubernetes.io/_hidden/below', value: 'hidden below' };
  yield { key: '/openshift.io/an-empty-directory' };
  for (let n = 0; n < 5; n += 1) {
    const token = text(43);
    yield { key: `/openshift.io/oauth/accesstokens/${token}`, value: accessToken(token), ttl: 86_400 - n };
  }
  const code = text(43);
  yield { key: `/openshift.io/oauth/authorizetokens/${code}`, value: accessToken(code), ttl: 500 };
  yield* directoriesThatExpire();
}

/** Children go with their directory, though they carry no TTL themselves; migrate makes them permanent. */
function* directoriesThatExpire(): Generator<FillEntry> {
  for (const [name, ttl] of [
    ['short', 90],
    ['medium', 400],
    ['long', 7200],
  ] as const) {
    const dir = `/openshift.io/lab-ttl-directories/${name}`;
    yield { key: dir, ttl };
    yield { key: `${dir}/one`, value: `goes with ${name}` };
    yield { key: `${dir}/deep/er/two`, value: `goes with ${name} as well` };
    yield { key: `${dir}/sooner`, value: 'goes before its directory', ttl: Math.floor(ttl / 2) };
    yield { key: `${dir}/later`, value: 'would stay longer, but its directory goes', ttl: ttl * 3 };
  }
}

function namespace(name: string): string {
  return JSON.stringify({
    kind: 'Namespace',
    apiVersion: 'v1',
    metadata: { name },
    status: { phase: 'Active' },
  });
}

function accessToken(name: string): string {
  const metadata = { name, creationTimestamp: '2026-11-24T12:00:00Z' };
  return JSON.stringify({
    kind: 'OAuthAccessToken',
    apiVersion: 'v1',
    metadata,
    clientName: 'openshift-web-console',
    expiresIn: 86400,
  });
}

const secret = (text: FillContext['text']): string =>
  text(24)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, 'x');
