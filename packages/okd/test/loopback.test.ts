import { loopbackRefusal, loopbackServer, ownHostname, parseLoopbackServer } from '../src/loopback';
import { fakeHost } from './fake-host';

const kubeconfig = `apiVersion: v1
kind: Config
clusters:
- cluster: {certificate-authority-data: Y2E=, server: 'https://api-int.okd.example.net:8443'}
  name: api-int-okd-example-net:8443
- cluster: {server: 'https://m1.okd.example.net:8443'}
  name: m1-okd-example-net:8443
contexts:
- context: {cluster: m1-okd-example-net:8443, namespace: default, user: system:openshift-master/m1}
  name: loopback
- context: {cluster: api-int-okd-example-net:8443, user: system:openshift-master/m1}
  name: balancer
current-context: loopback
users:
- name: system:openshift-master/m1
  user: {client-key-data: c2VjcmV0}
`;

test('the server of the current context', async () => {
  const host = fakeHost({ '/etc/origin/master/openshift-master.kubeconfig': kubeconfig });
  expect(await loopbackServer(host, '/etc/origin/master/openshift-master.kubeconfig')).toBe(
    'https://m1.okd.example.net:8443',
  );
});

test.each(['', 'a: [', 'contexts: 3', 'current-context: x\ncontexts: []\n'])('%p names none', (text) => {
  expect(parseLoopbackServer(text)).toBeUndefined();
});

const facts = {
  masterUrl: 'https://api-int.okd.example.net:8443',
  masterPublicUrl: 'https://api.okd.example.net:8443',
  masterIp: '10.20.0.11',
};
const host = { name: 'm1', address: 'm1.okd.example.net' };

test.each([
  'https://m1.okd.example.net:8443',
  'https://10.20.0.11:8443',
  'https://[::1]:8443',
  'https://m1-int:8443',
  undefined,
])('%s is this master, or may be', (server) => {
  expect(loopbackRefusal(server, host, facts)).toBeUndefined();
});

test.each(['https://api-int.okd.example.net:8443', 'https://api.okd.example.net'])(
  '%s is the load balancer',
  (server) => {
    expect(loopbackRefusal(server, host, facts)).toMatchObject({
      code: 'E_LOOPBACK',
      message: expect.stringContaining(server),
    });
  },
);

test('a name that is the master’s own is no load balancer', () => {
  expect(
    loopbackRefusal('https://m1:8443', host, { ...facts, masterUrl: 'https://m1:8443' }),
  ).toBeUndefined();
});

/** One master with API and controllers of their own: `masterURL` is the host's name, which the inventory may not know it by. */
test.each(['m1.okd.example.net', 'm1'])('nor is it where the host itself says that it is %s', (hostname) => {
  const single = { ...facts, masterUrl: 'https://m1.okd.example.net:8443' };
  const asListed = { name: 'first', address: '10.20.0.99' };
  expect(loopbackRefusal('https://m1.okd.example.net:8443', asListed, single, hostname)).toBeUndefined();
  expect(loopbackRefusal('https://m1.okd.example.net:8443', asListed, single, 'm2')).toBeDefined();
});

test.each([
  ['m1.okd.example.net\n', 'm1.okd.example.net'],
  ['', undefined],
])('the kernel’s own name: %p', async (said, name) => {
  expect(await ownHostname(fakeHost({ '/proc/sys/kernel/hostname': said }))).toBe(name);
  expect(await ownHostname(fakeHost({}))).toBeUndefined();
});
