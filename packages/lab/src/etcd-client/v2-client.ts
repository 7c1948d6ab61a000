import https from 'node:https';
import { Endpoints, Refusal, type EtcdAccess } from './access';

export interface V2Node {
  readonly key?: string;
  readonly dir?: boolean;
  readonly value?: string;
  readonly nodes?: readonly V2Node[];
  readonly createdIndex?: number;
  readonly modifiedIndex?: number;
  readonly expiration?: string;
  readonly ttl?: number;
}

export interface V2Leaf {
  readonly key: string;
  readonly value: string;
  readonly createdIndex: number;
  readonly modifiedIndex: number;
  /** Its own, or the earliest of its directories'. */
  readonly expiration?: string;
}

interface Answer {
  readonly status: number;
  readonly body: { readonly node?: V2Node; readonly errorCode?: number; readonly message?: string };
}

/** etcd's v2 HTTP API: just as much of it as the lab needs. */
export class V2Client {
  private readonly endpoints: Endpoints;
  private readonly agent: https.Agent;

  constructor(private readonly access: EtcdAccess) {
    const { ca, cert, key, sockets } = access;
    this.endpoints = new Endpoints(access.urls);
    this.agent = new https.Agent({ keepAlive: true, maxSockets: sockets, ca, cert, key });
  }

  async get(key: string, query = ''): Promise<V2Node | undefined> {
    const { status, body } = await this.request('GET', `${keyPath(key)}${query}`);
    if (status === 404) return undefined;
    if (status !== 200 || body.node === undefined) throw refused('GET', key, status, body);
    return body.node;
  }

  /** `only` are v2's conditions: `prevExist=false`, `prevValue=…`. False when they do not hold. */
  async put(
    key: string,
    form: Readonly<Record<string, string>>,
    only: Readonly<Record<string, string>> = {},
  ): Promise<boolean> {
    const body = new URLSearchParams({ ...form, ...only }).toString();
    const answer = await this.request('PUT', keyPath(key), body);
    const conflict = answer.status === 412 || (answer.status === 404 && Object.keys(only).length > 0);
    if (conflict) return false;
    if (answer.status !== 200 && answer.status !== 201) throw refused('PUT', key, answer.status, answer.body);
    return true;
  }

  /**
   * Every leaf below, directory by directory: one recursive answer for everything would not fit into a string.
   * Hidden keys (`_…`) are not shown by etcd.
   */
  async *leaves(dir: string, depth = 0, inherited?: string): AsyncGenerator<V2Leaf> {
    const node = await this.get(dir, depth >= 3 ? '?recursive=true&quorum=true' : '?quorum=true');
    if (node !== undefined) yield* this.leavesOf(node, depth, inherited, true);
  }

  private async *leavesOf(
    node: V2Node,
    depth: number,
    inherited: string | undefined,
    listed: boolean,
  ): AsyncGenerator<V2Leaf> {
    const expiration = earlier(node.expiration, inherited);
    if (node.dir === true) {
      // A directory inside a plain listing comes without its nodes; inside a recursive one with them.
      if (!listed) yield* this.leaves(node.key ?? '/', depth, inherited);
      else
        for (const child of node.nodes ?? []) yield* this.leavesOf(child, depth + 1, expiration, depth >= 3);
      return;
    }
    yield {
      key: node.key ?? '',
      value: node.value ?? '',
      createdIndex: node.createdIndex ?? 0,
      modifiedIndex: node.modifiedIndex ?? 0,
      ...(expiration === undefined ? {} : { expiration }),
    };
  }

  private request(method: string, path: string, body?: string): Promise<Answer> {
    return this.endpoints.ask((url) => this.requestAt(url, method, path, body));
  }

  private requestAt(url: string, method: string, path: string, body?: string): Promise<Answer> {
    const headers = body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
    return new Promise((resolve, reject) => {
      const options = { method, headers, agent: this.agent, timeout: this.access.timeoutMs };
      const request = https.request(new URL(`${url}/v2/keys${path}`), options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          try {
            resolve(parsed(response.statusCode ?? 0, Buffer.concat(chunks).toString()));
          } catch (cause) {
            reject(new Error(url, { cause }));
          }
        });
      });
      request.on('timeout', () =>
        request.destroy(new Error(`${url}: no answer in ${this.access.timeoutMs} ms`)),
      );
      request.on('error', reject);
      request.end(body);
    });
  }
}

function parsed(status: number, text: string): Answer {
  // 5xx: this member has no leader or is not in order; another may be.
  if (status >= 500) throw new Error(`${status} ${text.slice(0, 200)}`);
  return { status, body: JSON.parse(text) as Answer['body'] };
}

/** Every segment quoted by itself; `/` stays what it is. */
function keyPath(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/');
}

function earlier(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Date.parse(one) <= Date.parse(other) ? one : other;
}

function refused(method: string, key: string, status: number, body: Answer['body']): Refusal {
  return new Refusal(`${method} ${key}: ${status} ${body.errorCode ?? ''} ${body.message ?? ''}`);
}
