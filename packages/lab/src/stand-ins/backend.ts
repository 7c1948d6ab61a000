import { V2Client } from '../etcd-client/v2-client';
import { V3Client } from '../etcd-client/v3-client';
import type { MasterConfig } from './read-master-config';

export interface StoredLeaf {
  readonly key: string;
  readonly value: string;
  /** It will go away by itself. */
  readonly temporary: boolean;
}

/** What a master needs of etcd, in either API. */
export interface Backend {
  get(key: string): Promise<string | undefined>;
  put(key: string, value: string, ttlSeconds?: number): Promise<void>;
  create(key: string, value: string, ttlSeconds: number): Promise<boolean>;
  replace(key: string, expected: string, value: string, ttlSeconds: number): Promise<boolean>;
  leaves(prefix: string): AsyncGenerator<StoredLeaf>;
}

export function openBackend(config: MasterConfig): Backend {
  return config.storage === 'etcd3' ? v3(new V3Client(config.etcd)) : v2(new V2Client(config.etcd));
}

function v2(client: V2Client): Backend {
  const form = (value: string, ttl?: number): Record<string, string> =>
    ttl === undefined ? { value } : { value, ttl: String(ttl) };
  return {
    get: async (key) => (await client.get(key, '?quorum=true'))?.value,
    put: async (key, value, ttl) => {
      await client.put(key, form(value, ttl));
    },
    create: async (key, value, ttl) => client.put(key, form(value, ttl), { prevExist: 'false' }),
    replace: async (key, expected, value, ttl) => client.put(key, form(value, ttl), { prevValue: expected }),
    async *leaves(prefix) {
      for await (const { key, value, expiration } of client.leaves(prefix)) {
        yield { key, value, temporary: expiration !== undefined };
      }
    },
  };
}

function v3(client: V3Client): Backend {
  return {
    get: async (key) => (await client.get(key))?.value.toString(),
    put: async (key, value, ttl) => client.put(key, value, ttl),
    create: async (key, value, ttl) => client.create(key, value, ttl),
    replace: async (key, expected, value, ttl) => client.replace(key, expected, value, ttl),
    async *leaves(prefix) {
      for await (const { key, value, lease } of client.leaves(`${prefix}/`)) {
        yield { key, value: value.toString(), temporary: lease !== 0n };
      }
    },
  };
}
