import { posix } from 'node:path';
import { configReader, wrongKind, type ConfigReader } from './config-reader';
import { lifetimes, type Lifetimes } from './lifetimes';
import { isObject } from './parse-config';

/** What the migration needs to know from master-config.yaml. No secrets: fit for facts and journal. */
export interface ConfigFacts {
  /** `storage-backend` as written; null where the file doesn't say, and 3.6 then uses v2. */
  readonly storageBackend: string | null;
  readonly storageMediaType: string | null;
  /** The store that a master started with this file uses. `unknown`: a backend that is neither etcd2 nor etcd3. */
  readonly backend: 'v2' | 'v3' | 'unknown';
  /** How the master reaches etcd, paths absolute; null where the file has no `etcdClientInfo`. */
  readonly etcd: EtcdClient | null;
  /** `etcdConfig` is there: etcd runs inside the master process. */
  readonly embeddedEtcd: boolean;
  readonly prefixes: { readonly kubernetes: string; readonly openshift: string };
  readonly lifetimes: Lifetimes;
  /** Where the API listens: `0.0.0.0:8443`. */
  readonly bindAddress: string;
  /** On the master itself: `https://127.0.0.1:8443/healthz/ready` */
  readonly readyUrl: string;
  readonly masterPublicUrl: string | null;
  /** Where the masters find the API among themselves: on HA masters the load balancer's name. */
  readonly masterUrl: string | null;
  readonly masterIp: string | null;
  /** The kubeconfig that the master's own client uses, absolute; null where none is named. */
  readonly loopbackKubeconfig: string | null;
}

export interface EtcdClient {
  readonly urls: readonly string[];
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/**
 * @param path of the file: relative paths in it start at its directory
 * @param where for messages: host and file
 * @throws OkdError `E_MASTER_CONFIG` where a value is not of the kind that OpenShift takes
 */
export function configFacts(
  config: Readonly<Record<string, unknown>>,
  path: string,
  where = path,
): ConfigFacts {
  const at = configReader(config, posix.dirname(path), where);
  const backend = at.argument('storage-backend');
  const bind = at.text(['servingInfo', 'bindAddress']) ?? '0.0.0.0:8443';
  return {
    storageBackend: backend,
    storageMediaType: at.argument('storage-media-type'),
    backend: backend === null || backend === 'etcd2' ? 'v2' : backend === 'etcd3' ? 'v3' : 'unknown',
    etcd: etcdClient(at),
    embeddedEtcd: isObject(config['etcdConfig']),
    prefixes: {
      kubernetes: prefix(at.text(['etcdStorageConfig', 'kubernetesStoragePrefix']) ?? 'kubernetes.io'),
      openshift: prefix(at.text(['etcdStorageConfig', 'openShiftStoragePrefix']) ?? 'openshift.io'),
    },
    lifetimes: lifetimes(at),
    bindAddress: bind,
    readyUrl: readyUrl(bind, where),
    masterPublicUrl: at.text(['masterPublicURL']),
    masterUrl: at.text(['oauthConfig', 'masterURL']),
    masterIp: at.text(['kubernetesMasterConfig', 'masterIP']),
    loopbackKubeconfig: at.path(['masterClients', 'openshiftLoopbackKubeConfig']),
  };
}

function etcdClient(at: ConfigReader): EtcdClient | null {
  const [ca, cert, key] = ['ca', 'certFile', 'keyFile'].map((name) => at.path(['etcdClientInfo', name]));
  const urls = at.texts(['etcdClientInfo', 'urls']);
  return ca && cert && key && urls.length > 0 ? { urls, ca, cert, key } : null;
}

/** As a key begins: one slash before, none behind. */
function prefix(value: string): string {
  return `/${value.replaceAll(/^\/+|\/+$/g, '')}`;
}

/** A listener on all addresses is asked on the loopback; one on a single address only there. */
function readyUrl(bindAddress: string, where: string): string {
  const found = /^(.*):(\d+)$/.exec(bindAddress);
  if (found === null) throw wrongKind(['servingInfo', 'bindAddress'], 'an address and a port', where);
  const [host, port] = [found[1] ?? '', found[2] ?? ''];
  const reached = host === '' || host === '0.0.0.0' ? '127.0.0.1' : host === '[::]' ? '[::1]' : host;
  return `https://${reached}:${port}/healthz/ready`;
}
