import { createHash } from 'node:crypto';
import { LEFT_OUT, redactFacts, redactObject, redactText } from '../../src';

const token = 'sha-Zk3_canary-9QhWvX1aYt0';
const hash = createHash('sha256').update(token).digest('hex').slice(0, 12);

test.each(['accesstokens', 'authorizetokens'])('the name of a key under oauth/%s is hashed', (kind) => {
  const key = `/openshift.io/oauth/${kind}/${token}`;
  const shown = `/openshift.io/oauth/${kind}/#${hash}`;
  expect(redactText(`put ${key}`)).toBe(`put ${shown}`);
  expect(redactText(`'${key}' "${key}" (${key})`)).toBe(`'${shown}' "${shown}" (${shown})`);
  expect(redactText(JSON.stringify({ key }))).toBe(JSON.stringify({ key: shown }));
});

test('a name that was hashed before stays as it is, and so does the folder', () => {
  const shown = `/openshift.io/oauth/accesstokens/#${hash}`;
  expect(redactText(shown)).toBe(shown);
  expect(redactText('/openshift.io/oauth/accesstokens/')).toBe('/openshift.io/oauth/accesstokens/');
});

test('names of fields are redacted too', () => {
  const clean = redactObject({
    [`/openshift.io/oauth/accesstokens/${token}`]: 1,
    list: [{ a: `oauth/accesstokens/${token}` }],
  });
  expect(JSON.stringify(clean)).not.toContain(token);
});

test.each([
  'password',
  'sudoPassword',
  'passphrase',
  'secret',
  'client_secret',
  'token',
  'accessToken',
  'privateKey',
  'apiKey',
  'Authorization',
  'client-key-data',
])('what stands under %s is left out, whatever it is', (name) => {
  expect(redactObject({ [name]: token })).toEqual({ [name]: LEFT_OUT });
  expect(redactObject({ deep: [{ [name]: { in: token } }] })).toEqual({ deep: [{ [name]: LEFT_OUT }] });
});

test('how long a token lives is no secret, nor is that there is none', () => {
  const plain = { accessTokens: 86_400, authorizeTokens: 500, password: null, secret: true };
  expect(redactObject(plain)).toEqual(plain);
  expect(redactObject({ password: 123456 })).toEqual({ password: LEFT_OUT });
});

test('what a machine’s own facts are called is no reason, what stands in them is', () => {
  const settings = { token: 'etcd-cluster-1', said: `Bearer ${token}` };
  expect(redactFacts(settings)).toEqual({ token: 'etcd-cluster-1', said: `Bearer ${LEFT_OUT}` });
});

test('a path to a key is no secret', () => {
  const entry = { privateKeyFile: '/home/op/.ssh/id_ed25519', port: 22 };
  expect(redactObject(entry)).toEqual(entry);
});

const pem = (what: string, held: string): string => `-----BEGIN ${what}-----\n${held}\n-----END ${what}-----`;
const line = 'MIIBOgIBAAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf9Cnzj4p4WGeKLs1Pt8Qu';

test.each([
  ['a private key', pem('OPENSSH PRIVATE KEY', token)],
  ['a certificate', pem('CERTIFICATE', token)],
  ['one without its end', pem('RSA PRIVATE KEY', token).slice(0, 60)],
  ['one without its beginning', pem('RSA PRIVATE KEY', `${line}\n${line}`).slice(40)],
  ['a bearer header', `Authorization: Bearer ${token}`],
  ['a password', `password=${token}`],
  ['a secret', `secret: ${token}`],
  ['what a kubeconfig has of a key', `    client-key-data: ${token}`],
  ['in quotes', `{"client-key-data":"${token}","certificate-authority-data": "${line}"}`],
  ['a tail that is indented', `  ${line}\n  ${line}\n  -----END RSA PRIVATE KEY-----`],
  ['a tail in JSON', `${line}\\n${line}\\n-----END RSA PRIVATE KEY-----`],
])('%s in text is left out', (_what, text) => {
  const clean = redactText(`before:\n${text}`);
  expect(clean).toMatch(/^before:\n/);
  expect(clean).not.toContain(token);
  expect(clean).not.toContain(line.slice(-20));
});

test('plain data stays as it is', () => {
  const data = { run: 'okd-20261124-1', n: 1, ok: true, nothing: null, list: ['a', 2] };
  expect(redactObject(data)).toEqual(data);
});
