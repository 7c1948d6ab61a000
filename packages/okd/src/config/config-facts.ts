import { posix } from 'node:path';
import { OkdError } from '../okd-error';
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
  /** The kubeconfig that the master's own client uses, absolute; null where none is named. */
  readonly loopbackKubeconfig: string | null;
}

export interface EtcdClient {
  readonly urls: readonly string[];
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Seconds, and null for what never expires or is not kept. */
export interface Lifetimes {
  /** `event-ttl`; 3600 if unset. */
  readonly events: number | null;
  /** `masterEndpointReconcileTTL`; 15 if unset. */
  readonly masterLeases: number | null;
  /** `accessTokenMaxAgeSeconds`; 86400 if unset, 0 means that tokens don't expire. */
  readonly accessTokens: number | null;
  /** `authorizeTokenMaxAgeSeconds`; 500 if unset. */
  readonly authorizeTokens: number | null;
  /** `controllerLeaseTTL`; 30 if unset. 0 and -1 mean that there is no election, so no lease. */
  readonly controllers: number | null;
}

/**
 * @param directory of the file: relative paths in it start there
 * @throws OkdError `E_MASTER_CONFIG` where a value is not of the kind that OpenShift takes
 */
export function configFacts(config: Readonly<Record<string, unknown>>, directory: string): ConfigFacts {
  const at = reader(config, directory);
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
    readyUrl: readyUrl(bind, directory),
    masterPublicUrl: at.text(['masterPublicURL']),
    loopbackKubeconfig: at.path(['masterClients', 'openshiftLoopbackKubeConfig']),
  };
}

type Reader = ReturnType<typeof reader>;

function reader(config: Readonly<Record<string, unknown>>, directory: string) {
  const get = (keys: readonly string[]): unknown =>
    keys.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), config) ?? undefined;
  const text = (keys: readonly string[]): string | null => {
    const value = get(keys);
    if (value === undefined || value === '') return null;
    if (typeof value === 'string') return value;
    throw wrongKind(keys, 'a text', directory);
  };
  const path = (keys: readonly string[]): string | null => {
    const value = text(keys);
    return value === null ? null : posix.resolve(directory, value);
  };
  const number = (keys: readonly string[], unset: number): number => {
    const value = get(keys);
    if (value === undefined) return unset;
    if (typeof value === 'number' && Number.isInteger(value)) return value;
    throw wrongKind(keys, 'a whole number', directory);
  };
  const texts = (keys: readonly string[]): readonly string[] => {
    const value = get(keys);
    if (value === undefined) return [];
    if (Array.isArray(value) && value.every((item): item is string => typeof item === 'string')) return value;
    throw wrongKind(keys, 'a list of texts', directory);
  };
  const argument = (name: string): string | null =>
    texts(['kubernetesMasterConfig', 'apiServerArguments', name])[0] ?? null;
  return { text, path, number, texts, argument, directory };
}

function etcdClient(at: Reader): EtcdClient | null {
  const [ca, cert, key] = ['ca', 'certFile', 'keyFile'].map((name) => at.path(['etcdClientInfo', name]));
  const urls = at.texts(['etcdClientInfo', 'urls']);
  return ca && cert && key && urls.length > 0 ? { urls, ca, cert, key } : null;
}

function lifetimes(at: Reader): Lifetimes {
  const token = (name: string, unset: number): number | null =>
    positive(at.number(['oauthConfig', 'tokenConfig', name], unset));
  const eventTtl = at.argument('event-ttl');
  return {
    events: eventTtl === null ? 3600 : positive(goDuration(eventTtl, at.directory)),
    masterLeases: positive(at.number(['kubernetesMasterConfig', 'masterEndpointReconcileTTL'], 15)),
    accessTokens: token('accessTokenMaxAgeSeconds', 86_400),
    authorizeTokens: token('authorizeTokenMaxAgeSeconds', 500),
    controllers: positive(at.number(['controllerLeaseTTL'], 30)),
  };
}

const positive = (seconds: number): number | null => (seconds >= 1 ? seconds : null);

const secondsOf = new Map([
  ['h', 3600],
  ['m', 60],
  ['s', 1],
  ['ms', 1e-3],
  ['us', 1e-6],
  ['µs', 1e-6],
  ['ns', 1e-9],
]);

/** `1h30m`, `90s`: whole seconds, rounded up, so that nothing is ever made to expire early. */
function goDuration(text: string, directory: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|us|µs|ns|s)/g)];
  if (text === '0') return 0;
  if (parts.length === 0 || parts.map((part) => part[0]).join('') !== text)
    throw wrongKind(
      ['kubernetesMasterConfig', 'apiServerArguments', 'event-ttl'],
      'a duration like 1h30m',
      directory,
    );
  return Math.ceil(
    parts.reduce((sum, part) => sum + Number(part[1]) * (secondsOf.get(part[2] ?? '') ?? 0), 0),
  );
}

/** As a key begins: one slash before, none behind. */
function prefix(value: string): string {
  return `/${value.replaceAll(/^\/+|\/+$/g, '')}`;
}

/** A listener on all addresses is asked on the loopback; one on a single address only there. */
function readyUrl(bindAddress: string, directory: string): string {
  const found = /^(.*):(\d+)$/.exec(bindAddress);
  if (found === null) throw wrongKind(['servingInfo', 'bindAddress'], 'an address and a port', directory);
  const [host, port] = [found[1] ?? '', found[2] ?? ''];
  const reached = host === '' || host === '0.0.0.0' ? '127.0.0.1' : host === '[::]' ? '[::1]' : host;
  return `https://${reached}:${port}/healthz/ready`;
}

function wrongKind(keys: readonly string[], kind: string, directory: string): OkdError {
  return new OkdError('E_MASTER_CONFIG', `${keys.join('.')} in master-config.yaml is not ${kind}`, {
    where: `${directory}/master-config.yaml`,
    hint: 'OpenShift would not start with it, or not read it as you expect. Mend the file first.',
  });
}
