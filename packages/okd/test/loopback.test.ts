import { loopbackRefusal, loopbackServer, parseLoopbackServer } from '../src/loopback';
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
const own = ['m1.okd.example.net', '10.20.0.11'];

test('the server of the current context', async () => {
  const host = fakeHost({ '/etc/origin/master/openshift-master.kubeconfig': kubeconfig });
  expect(await loopbackServer(host, '/etc/origin/master/openshift-master.kubeconfig')).toBe(
    'https://m1.okd.example.net:8443',
  );
});

test.each(['', 'a: [', 'contexts: 3', 'current-context: x\ncontexts: []\n'])('%p names none', (text) => {
  expect(parseLoopbackServer(text)).toBeUndefined();
});

test.each([
  'https://m1.okd.example.net:8443',
  'https://10.20.0.11:8443',
  'https://localhost:8443',
  'https://[::1]:8443',
])('%s is this master', (server) => {
  expect(loopbackRefusal(server, own)).toBeUndefined();
});

test('the load balancer is not: refused, with what to do', () => {
  const server = parseLoopbackServer(
    kubeconfig.replace('current-context: loopback', 'current-context: balancer'),
  );
  expect(loopbackRefusal(server, own)).toMatchObject({
    code: 'E_LOOPBACK',
    message: expect.stringContaining('api-int'),
  });
  expect(loopbackRefusal(undefined, own)?.code).toBe('E_LOOPBACK');
});
