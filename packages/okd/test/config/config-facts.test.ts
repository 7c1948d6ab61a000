import { parse } from 'yaml';
import { configFacts, type ConfigFacts } from '../../src/config/config-facts';
import { fixture } from '../fixture';

const facts = (text: string): ConfigFacts =>
  configFacts(parse(text) as Record<string, unknown>, '/etc/origin/master/master-config.yaml');

test('an HA master', () => {
  expect(facts(fixture('master-config/ha.yaml'))).toEqual({
    storageBackend: null,
    storageMediaType: null,
    backend: 'v2',
    etcd: {
      urls: ['e1', 'e2', 'e3'].map((name) => `https://${name}.okd.example.net:2379`),
      ca: '/etc/origin/master/master.etcd-ca.crt',
      cert: '/etc/origin/master/master.etcd-client.crt',
      key: '/etc/origin/master/master.etcd-client.key',
    },
    embeddedEtcd: false,
    prefixes: { kubernetes: '/kubernetes.io', openshift: '/openshift.io' },
    lifetimes: {
      events: 172_800,
      masterLeases: 15,
      accessTokens: 43_200,
      authorizeTokens: 600,
      controllers: 30,
    },
    bindAddress: '0.0.0.0:8443',
    readyUrl: 'https://127.0.0.1:8443/healthz/ready',
    masterPublicUrl: 'https://api.okd.example.net:8443',
    masterUrl: 'https://api-int.okd.example.net:8443',
    masterIp: '10.20.0.11',
    loopbackKubeconfig: '/etc/origin/master/openshift-master.kubeconfig',
  });
});

test('a single master: what is not written has its default, one address is asked on that address', () => {
  const single = facts(fixture('master-config/single.yaml'));
  expect(single.lifetimes).toEqual({
    events: 3600,
    masterLeases: 15,
    accessTokens: 86_400,
    authorizeTokens: 500,
    controllers: 30,
  });
  expect(single.readyUrl).toBe('https://198.51.100.7:8443/healthz/ready');
});

test('embedded etcd is seen', () => {
  expect(facts(fixture('master-config/embedded.yaml')).embeddedEtcd).toBe(true);
});

test('no fact holds the identity provider’s password', () => {
  expect(JSON.stringify(facts(fixture('master-config/ha.yaml')))).not.toContain('s3cr3t-canary');
});

const argument = (name: string, value: string): string =>
  `kubernetesMasterConfig: {apiServerArguments: {${name}: ["${value}"]}}`;

test.each([
  ['etcd2', 'v2'],
  ['etcd3', 'v3'],
  ['etcd4', 'unknown'],
])('storage-backend %s: %s', (value, backend) => {
  expect(facts(argument('storage-backend', value)).backend).toBe(backend);
});

test.each([
  ['2h', 7200],
  ['1h30m', 5400],
  ['90s', 90],
  ['1.5h', 5400],
  ['1500ms', 2],
  ['48h0m0s', 172_800],
  ['0', null],
  ['0s', null],
])('event-ttl %s: %p s', (value, seconds) => {
  expect(facts(argument('event-ttl', value)).lifetimes.events).toBe(seconds);
});

test.each([0, -1])('controllerLeaseTTL %p: no election, no lease', (value) => {
  expect(facts(`controllerLeaseTTL: ${value}`).lifetimes.controllers).toBeNull();
});

test('tokens of age 0 do not expire', () => {
  expect(
    facts('oauthConfig: {tokenConfig: {accessTokenMaxAgeSeconds: 0}}').lifetimes.accessTokens,
  ).toBeNull();
});

test.each([
  ['[::]:8443', 'https://[::1]:8443/healthz/ready'],
  [':443', 'https://127.0.0.1:443/healthz/ready'],
  ['10.0.0.5:8443', 'https://10.0.0.5:8443/healthz/ready'],
])('bindAddress %s is asked at %s', (bind, url) => {
  expect(facts(`servingInfo: {bindAddress: "${bind}"}`).readyUrl).toBe(url);
});

test('prefixes of one’s own, with or without slashes', () => {
  const text = 'etcdStorageConfig: {kubernetesStoragePrefix: /k8s/, openShiftStoragePrefix: os}';
  expect(facts(text).prefixes).toEqual({ kubernetes: '/k8s', openshift: '/os' });
});

test('an absolute path stays one; etcd without a client certificate is no client', () => {
  const text = (key: string): string =>
    `etcdClientInfo: {urls: ["https://a:2379"], ca: /x/ca.crt, certFile: y/c.crt, keyFile: "${key}"}`;
  expect(facts(text('z.key')).etcd).toMatchObject({ ca: '/x/ca.crt', cert: '/etc/origin/master/y/c.crt' });
  expect(facts(text('')).etcd).toBeNull();
});

test.each([
  [
    'storage-backend as a text',
    'kubernetesMasterConfig: {apiServerArguments: {storage-backend: etcd3}}',
    'storage-backend is not a list of texts',
  ],
  ['a lifetime as a text', 'controllerLeaseTTL: "30"', 'controllerLeaseTTL is not a whole number'],
  ['a duration without a unit', argument('event-ttl', '7200'), 'event-ttl is not a duration'],
  [
    'an address without a port',
    'servingInfo: {bindAddress: 0.0.0.0}',
    'bindAddress is not an address and a port',
  ],
  [
    'a number for a prefix',
    'etcdStorageConfig: {kubernetesStoragePrefix: 3}',
    'kubernetesStoragePrefix is not a text',
  ],
])('%s is refused by name', (_, text, message) => {
  const why = expect.objectContaining({
    code: 'E_MASTER_CONFIG',
    message: expect.stringContaining(message.split(' is not')[0]!),
  });
  expect(() => facts(text)).toThrow(why);
  expect(() => facts(text)).toThrow(message.slice(message.indexOf(' is not')).trim());
});
