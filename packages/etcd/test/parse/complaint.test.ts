import type { ReadHost } from '@pawl/hosts';
import { clusterHealth, EtcdError, isHealthy, memberList } from '../../src';
import { commandFailed } from '../../src/parse/complaint';
import { ASKED } from '../changes/all-changes';

/** What etcdctl 3.4, etcd's API 2 client and curl say, as measured on the lab; and what one on call is told to look at. */
test.each([
  ['expired', 'x509: certificate has expired or is not yet valid', 'E_ETCD_TLS', /run out.*-dates/],
  [
    'expired, by curl',
    'curl: (60) SSL certificate problem: certificate has expired',
    'E_ETCD_TLS',
    /run out/,
  ],
  [
    'for another address',
    'x509: certificate is valid for 198.18.1.99, not 198.18.1.11',
    'E_ETCD_TLS',
    /other names.*Subject Alternative Name/,
  ],
  [
    'for another address, by curl',
    "curl: (60) SSL: no alternative certificate subject name matches target host name '198.18.1.11'",
    'E_ETCD_TLS',
    /other names/,
  ],
  ['of another CA', 'x509: certificate signed by unknown authority', 'E_ETCD_TLS', /another CA/],
  [
    'of another CA, by curl',
    'curl: (60) SSL certificate problem: unable to get local issuer certificate',
    'E_ETCD_TLS',
    /another CA/,
  ],
  ['a client that is refused', 'remote error: tls: bad certificate', 'E_ETCD_TLS', /refuses the client/],
  [
    'a client that TLS 1.3 refuses, by curl',
    'curl: (55) getpeername() failed with errno 107',
    'E_ETCD_UNAVAILABLE',
    /rejected connection/,
  ],
  [
    'nobody there',
    'dial tcp 198.18.1.11:2379: connect: connection refused',
    'E_ETCD_UNAVAILABLE',
    /systemctl/,
  ],
])('%s', (_, said, code, hint) => {
  expect(commandFailed({ exit: 1, stdout: '', stderr: `Error: ${said}` }, 'ask', 'etcd1')).toMatchObject({
    code,
    hint: expect.stringMatching(hint) as string,
    where: 'etcd1',
  });
});

test.each([
  ['cluster-health', (host: ReadHost) => clusterHealth(host, ASKED)],
  ['member list', (host: ReadHost) => memberList(host, ASKED)],
  ['health, by curl', (host: ReadHost) => isHealthy(host, ASKED)],
])('a program that is not there is no answer: %s', async (_, ask) => {
  const stderr = Buffer.from("timeout: failed to run command 'etcdctl': No such file or directory\n");
  const host = {
    name: 'etcd1',
    read: () => Promise.resolve({ exit: 127, stdout: Buffer.alloc(0), stderr }),
  } as unknown as ReadHost;
  const asked = ask(host);
  await expect(asked).rejects.toBeInstanceOf(EtcdError);
  await expect(asked).rejects.toMatchObject({
    code: 'E_ETCD_MISSING',
    message: expect.stringContaining('No such file or directory') as string,
    where: 'etcd1',
  });
});
