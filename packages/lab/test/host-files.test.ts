import { parse } from 'yaml';
import { inventory } from '../src/controller';
import { etcdConf } from '../src/host-files/etcd-files';
import { masterConfig } from '../src/host-files/master-config';
import { labHosts, type LabSpec } from '../src/spec';

const spec: LabSpec = { name: 'a', etcd: 3, masters: 2 };
const hosts = labHosts(spec, 7);

test('etcd.conf holds what OKD 3.6 sets', () => {
  const lines = etcdConf(hosts[0]!, hosts, spec).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'ETCD_NAME=etcd1.lab',
      'ETCD_DATA_DIR=/var/lib/etcd/',
      'ETCD_HEARTBEAT_INTERVAL=500',
      'ETCD_ELECTION_TIMEOUT=2500',
      'ETCD_QUOTA_BACKEND_BYTES=4294967296',
      'ETCD_INITIAL_CLUSTER_TOKEN=etcd-cluster-1',
      'ETCD_CLIENT_CERT_AUTH="true"',
      'ETCD_INITIAL_CLUSTER=etcd1.lab=https://198.18.7.11:2380,etcd2.lab=https://198.18.7.12:2380,etcd3.lab=https://198.18.7.13:2380',
    ]),
  );
});

test.each([
  ['null', { apiServerArguments: null }],
  ['absent', {}],
  ['other', { apiServerArguments: { 'event-ttl': ['2h'] } }],
] as const)('master-config.yaml with apiServerArguments %s parses', (apiServerArguments, expected) => {
  const yaml = parse(masterConfig(hosts[3]!, hosts, { ...spec, apiServerArguments }, 'api.a.lab'));
  expect(yaml.kubernetesMasterConfig).toMatchObject(expected);
  expect('apiServerArguments' in yaml.kubernetesMasterConfig).toBe(apiServerArguments !== 'absent');
  expect(yaml.etcdClientInfo.urls).toHaveLength(3);
  expect(yaml.controllerLeaseTTL).toBe(30);
});

test('the inventory is one of OKD 3.6, for a login user with or without sudo', () => {
  const text = (loginUser: 'pawl' | 'root') => inventory(hosts, { ...spec, loginUser }, 'api.a.lab', '/k');
  expect(text('pawl')).toContain(
    'ansible_ssh_user=pawl\nansible_ssh_private_key_file=/k\nansible_become=true\n',
  );
  expect(text('root')).toContain(
    'ansible_ssh_user=root\nansible_ssh_private_key_file=/k\nansible_become=false\n',
  );
  expect(text('pawl')).toContain(
    '[etcd]\netcd1 ansible_host=198.18.7.11 openshift_ip=198.18.7.11 openshift_hostname=etcd1.lab\n',
  );
});
