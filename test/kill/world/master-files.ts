import { API_NAME, etcdOf, type Shape, type ShapeHost } from './shape';

export const MASTER_UNITS = ['origin-master-api', 'origin-master-controllers'];

/** master-config.yaml of 3.6: what Pawl reads of it, in the installer's order and with its empty values. */
export function masterConfig({ hostname, address }: ShapeHost, shape: Shape): string {
  const urls = etcdOf(shape).map((one) => `    - https://${one.address}:2379`);
  return `apiLevels:
- v1
apiVersion: v1
assetConfig:
  logoutURL: ""
  masterPublicURL: https://${API_NAME}:8443
controllers: '*'
etcdClientInfo:
  ca: master.etcd-ca.crt
  certFile: master.etcd-client.crt
  keyFile: master.etcd-client.key
  urls:
${urls.join('\n')}
etcdStorageConfig:
  kubernetesStoragePrefix: kubernetes.io
  kubernetesStorageVersion: v1
  openShiftStoragePrefix: openshift.io
  openShiftStorageVersion: v1
kind: MasterConfig
kubernetesMasterConfig:
  apiServerArguments: 
  controllerArguments:
  masterCount: 1
  masterIP: ${address}
  podEvictionTimeout:
  servicesSubnet: 172.30.0.0/16
masterClients:
  # the client connections of the master to itself
  externalKubernetesKubeConfig: ""
  openshiftLoopbackKubeConfig: openshift-master.kubeconfig
masterPublicURL: https://${API_NAME}:8443
oauthConfig:
  masterPublicURL: https://${API_NAME}:8443
  masterURL: https://${hostname}:8443
  tokenConfig:
    accessTokenMaxAgeSeconds: 86400
    authorizeTokenMaxAgeSeconds: 500
servingInfo:
  bindAddress: 0.0.0.0:8443
  bindNetwork: tcp4
`;
}

export const MASTER_FILES: Readonly<Record<string, string>> = {
  'master.etcd-ca.crt': 'ca\n',
  'master.etcd-client.crt': 'certificate\n',
  'master.etcd-client.key': 'key\n',
  'openshift-master.kubeconfig': `apiVersion: v1
clusters:
- cluster:
    server: https://127.0.0.1:8443
  name: here
contexts:
- context:
    cluster: here
  name: here
current-context: here
kind: Config
`,
};

export const sysconfig = `OPTIONS=--loglevel=2
CONFIG_FILE=/etc/origin/master/master-config.yaml
`;

export function masterUnit(name: string): string {
  return `[Unit]
Description=Atomic OpenShift Master
After=network-online.target

[Service]
Type=notify
EnvironmentFile=/etc/sysconfig/${name}
ExecStart=/usr/local/bin/openshift start master ${name.replace('origin-master-', '')} --config=\${CONFIG_FILE} $OPTIONS
Restart=always

[Install]
WantedBy=multi-user.target
`;
}
