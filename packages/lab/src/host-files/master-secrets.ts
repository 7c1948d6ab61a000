import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { LabHost } from '../spec';

/** Every file that master-config.yaml names, `[name, content]`. Those that nobody here uses are of the right kind, no more. */
export function masterSecrets(
  host: LabHost,
  pki: string,
  apiName: string,
): readonly (readonly [string, string])[] {
  const read = (file: string): string => readFileSync(path.join(pki, file), 'utf8');
  const [cert, key, ca] = [
    read(`${host.name}.api.crt`),
    read(`${host.name}.api.key`),
    read('openshift-ca.crt'),
  ];
  const pairs = [
    'master.server',
    'master.kubelet-client',
    'master.proxy-client',
    'aggregator-front-proxy',
    'service-signer',
  ];
  return [
    ['ca.crt', ca],
    ['ca-bundle.crt', ca],
    ...pairs.flatMap((name) => [[`${name}.crt`, cert] as const, [`${name}.key`, key] as const]),
    ['master.etcd-ca.crt', read('etcd-ca.crt')],
    ['master.etcd-client.crt', read(`${host.name}.client.crt`)],
    ['master.etcd-client.key', read(`${host.name}.client.key`)],
    ['serviceaccounts.private.key', key],
    ['serviceaccounts.public.key', cert],
    ['openshift-master.kubeconfig', kubeconfig(host, apiName)],
    ['policy.json', '{"apiVersion":"v1","items":[],"kind":"List"}\n'],
    ['scheduler.json', '{"apiVersion":"v1","kind":"Policy","predicates":[],"priorities":[]}\n'],
    ['session-secrets.yaml', 'apiVersion: v1\nkind: SessionSecrets\nsecrets: []\n'],
    ['htpasswd', ''],
  ];
}

/** The master's own client: on HA the current context is this master, not the load balancer. */
function kubeconfig(host: LabHost, apiName: string): string {
  const named = (name: string): string => `${name.replaceAll('.', '-')}:8443`;
  const cluster = (name: string): string => `- cluster:
    certificate-authority-data: bGFi
    server: https://${name}:8443
  name: ${named(name)}`;
  const context = (name: string): string => `- context:
    cluster: ${named(name)}
    namespace: default
    user: system:openshift-master/${named(apiName)}
  name: default/${named(name)}/system:openshift-master`;
  return `apiVersion: v1
clusters:
${cluster(apiName)}
${cluster(host.hostname)}
contexts:
${context(apiName)}
${context(host.hostname)}
current-context: default/${named(host.hostname)}/system:openshift-master
kind: Config
preferences: {}
users:
- name: system:openshift-master/${named(apiName)}
  user:
    client-certificate-data: bGFi
    client-key-data: bGFi
`;
}
