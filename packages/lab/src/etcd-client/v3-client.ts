import type { EtcdAccess } from './access';
import { Grpc } from './grpc';
import { Message, message } from './protobuf';

export interface V3Leaf {
  readonly key: string;
  readonly value: Buffer;
  readonly createRevision: bigint;
  readonly modRevision: bigint;
  readonly lease: bigint;
}

export interface RangeOptions {
  /** Answered by the member that is asked, from its own store. */
  readonly serializable?: boolean;
}

/** etcd's v3 API: just as much of it as the lab needs. Field numbers are those of etcd's rpc.proto. */
export class V3Client {
  private readonly grpc: Grpc;

  constructor(access: EtcdAccess) {
    this.grpc = new Grpc(access);
  }

  async get(key: string): Promise<V3Leaf | undefined> {
    return leavesOf(new Message(await this.grpc.call('KV/Range', message([1, key]))))[0];
  }

  async put(key: string, value: string, ttlSeconds?: number): Promise<void> {
    await this.grpc.call('KV/Put', await this.putRequest(key, value, ttlSeconds));
  }

  /** Put, if the key does not exist. */
  async create(key: string, value: string, ttlSeconds?: number): Promise<boolean> {
    return this.putIf(message([2, 1], [3, key], [5, 0]), key, value, ttlSeconds);
  }

  /** Put, if the key has this value. */
  async replace(key: string, expected: string, value: string, ttlSeconds?: number): Promise<boolean> {
    return this.putIf(message([2, 3], [3, key], [7, expected]), key, value, ttlSeconds);
  }

  /** Every key that begins with the prefix ('' is all of them), at one revision, page by page. */
  async *leaves(prefix: string, { serializable = false }: RangeOptions = {}): AsyncGenerator<V3Leaf> {
    let from = prefix === '' ? Buffer.from([0]) : Buffer.from(prefix);
    const end = prefix === '' ? Buffer.from([0]) : afterPrefix(prefix);
    let revision: bigint | undefined;
    for (;;) {
      const request = message(
        [1, from],
        [2, end],
        [3, 500],
        [4, revision],
        [7, serializable ? 1 : undefined],
      );
      const answer = new Message(await this.grpc.call('KV/Range', request));
      revision ??= answer.messages(1)[0]?.int(3);
      const leaves = leavesOf(answer);
      yield* leaves;
      const last = leaves.at(-1);
      if (answer.int(3) === 0n || last === undefined) return;
      from = Buffer.concat([Buffer.from(last.key), Buffer.from([0])]);
    }
  }

  /** Seconds that a lease has left; -1 when it is gone. */
  async timeToLive(lease: bigint): Promise<number> {
    const answer = new Message(await this.grpc.call('Lease/LeaseTimeToLive', message([1, lease])));
    return Number(BigInt.asIntN(64, answer.int(3)));
  }

  close(): void {
    this.grpc.close();
  }

  private async putIf(compare: Buffer, key: string, value: string, ttlSeconds?: number): Promise<boolean> {
    const put = message([2, await this.putRequest(key, value, ttlSeconds)]);
    const answer = new Message(await this.grpc.call('KV/Txn', message([1, compare], [2, put])));
    return answer.int(2) === 1n;
  }

  /** A TTL is a lease of its own, new at each write, as the API server does it. */
  private async putRequest(key: string, value: string, ttlSeconds?: number): Promise<Buffer> {
    if (ttlSeconds === undefined) return message([1, key], [2, value]);
    const lease = new Message(await this.grpc.call('Lease/LeaseGrant', message([1, ttlSeconds])));
    return message([1, key], [2, value], [3, lease.int(2)]);
  }
}

function leavesOf(answer: Message): V3Leaf[] {
  return answer.messages(2).map((kv) => ({
    key: kv.bytes(1).toString(),
    value: kv.bytes(5),
    createRevision: kv.int(2),
    modRevision: kv.int(3),
    lease: kv.int(6),
  }));
}

function afterPrefix(prefix: string): Buffer {
  const end = Buffer.from(prefix);
  end[end.length - 1] = (end.at(-1) ?? 0) + 1;
  return end;
}
