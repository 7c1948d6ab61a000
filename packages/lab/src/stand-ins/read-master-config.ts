import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { readAccess, type EtcdAccess } from '../etcd-client/access';

export interface MasterConfig {
  readonly storage: 'etcd2' | 'etcd3';
  readonly etcd: EtcdAccess;
  readonly kubernetesPrefix: string;
  readonly openShiftPrefix: string;
  readonly masterIP: string;
  readonly controllerLeaseTTL: number;
  readonly tls: { readonly cert: Buffer; readonly key: Buffer };
}

interface Yaml {
  readonly controllerLeaseTTL?: number;
  readonly etcdClientInfo?: { ca?: string; certFile?: string; keyFile?: string; urls?: string[] };
  readonly etcdStorageConfig?: { kubernetesStoragePrefix?: string; openShiftStoragePrefix?: string };
  readonly kubernetesMasterConfig?: {
    apiServerArguments?: Record<string, unknown> | null;
    masterIP?: string;
  };
  readonly servingInfo?: { certFile?: string; keyFile?: string };
}

/** Reads what a master reads at its start. Anything wrong throws: the process ends and systemd starts it again. */
export function readMasterConfig(file: string): MasterConfig {
  const yaml = parse(readFileSync(file, 'utf8')) as Yaml | null;
  if (yaml === null || typeof yaml !== 'object') throw new Error(`${file}: not a mapping`);
  const at = (name: string | undefined, key: string): string => {
    if (typeof name !== 'string') throw new Error(`${file}: ${key} is missing`);
    return path.resolve(path.dirname(file), name);
  };
  const { etcdClientInfo: etcd, etcdStorageConfig: storage, servingInfo: serving } = yaml;
  if (!Array.isArray(etcd?.urls) || etcd.urls.length === 0)
    throw new Error(`${file}: etcdClientInfo.urls is missing`);
  return {
    storage: storageBackend(file, yaml),
    etcd: readAccess({
      urls: etcd.urls,
      ca: at(etcd.ca, 'etcdClientInfo.ca'),
      cert: at(etcd.certFile, 'etcdClientInfo.certFile'),
      key: at(etcd.keyFile, 'etcdClientInfo.keyFile'),
    }),
    kubernetesPrefix: `/${storage?.kubernetesStoragePrefix ?? 'kubernetes.io'}`,
    openShiftPrefix: `/${storage?.openShiftStoragePrefix ?? 'openshift.io'}`,
    masterIP: yaml.kubernetesMasterConfig?.masterIP ?? '127.0.0.1',
    controllerLeaseTTL: yaml.controllerLeaseTTL ?? 0,
    tls: {
      cert: readFileSync(at(serving?.certFile, 'servingInfo.certFile')),
      key: readFileSync(at(serving?.keyFile, 'servingInfo.keyFile')),
    },
  };
}

/** Arguments are lists of one element, as the API server's flags want them; a bare string is an error there too. */
function storageBackend(file: string, yaml: Yaml): 'etcd2' | 'etcd3' {
  const given = yaml.kubernetesMasterConfig?.apiServerArguments?.['storage-backend'];
  if (given === undefined || given === null) return 'etcd2';
  const backend: unknown = Array.isArray(given) && given.length === 1 ? given[0] : undefined;
  if (backend === 'etcd2' || backend === 'etcd3') return backend;
  throw new Error(`${file}: storage-backend: ${JSON.stringify(given)} is not ["etcd2"] or ["etcd3"]`);
}
