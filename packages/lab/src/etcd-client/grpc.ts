import http2 from 'node:http2';
import { Endpoints, Refusal, type EtcdAccess } from './access';

/** Large windows: with the default of 64 KiB a big answer crawls. */
const window = 16 * 1024 * 1024;
/** UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED, UNKNOWN: another endpoint may know better. */
const tryAnother = new Set(['1', '2', '4', '14']);

/**
 * Unary gRPC calls over bare HTTP/2. etcd's JSON gateway is no way in: on a cluster with OKD's certificates it answers
 * 503, because it dials its own server with a certificate that is for serverAuth only.
 */
export class Grpc {
  private readonly endpoints: Endpoints;
  private readonly sessions = new Map<string, http2.ClientHttp2Session>();

  constructor(private readonly access: EtcdAccess) {
    this.endpoints = new Endpoints(access.urls);
  }

  async call(method: string, request: Buffer): Promise<Buffer> {
    return this.endpoints.ask((url) => this.callAt(url, method, request));
  }

  close(): void {
    for (const session of this.sessions.values()) session.destroy();
    this.sessions.clear();
  }

  private callAt(url: string, method: string, request: Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const stream = this.session(url).request({
        ':method': 'POST',
        ':path': `/etcdserverpb.${method}`,
        'content-type': 'application/grpc',
        te: 'trailers',
      });
      let headers: http2.IncomingHttpHeaders = {};
      const chunks: Buffer[] = [];
      const failed = (cause: unknown): void => {
        this.sessions.get(url)?.destroy();
        this.sessions.delete(url);
        reject(new Error(`${url} ${method}`, { cause }));
      };
      stream.setTimeout(this.access.timeoutMs, () =>
        stream.destroy(new Error(`no answer in ${this.access.timeoutMs} ms`)),
      );
      // The status comes with the trailers, or with the headers when there is no body.
      stream.on('response', (received) => (headers = { ...headers, ...received }));
      stream.on('trailers', (received: http2.IncomingHttpHeaders) => (headers = { ...headers, ...received }));
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', failed);
      stream.on('end', () => {
        const status = String(headers['grpc-status'] ?? 'none');
        const said = `${url} ${method}: grpc status ${status} ${decodeURIComponent(String(headers['grpc-message'] ?? ''))}`;
        if (status === '0') resolve(unframed(Buffer.concat(chunks)));
        else reject(tryAnother.has(status) || status === 'none' ? new Error(said) : new Refusal(said));
      });
      stream.end(framed(request));
    });
  }

  private session(url: string): http2.ClientHttp2Session {
    const open = this.sessions.get(url);
    if (open !== undefined && !open.destroyed && !open.closed) return open;
    const { ca, cert, key } = this.access;
    const session = http2.connect(url, { ca, cert, key, settings: { initialWindowSize: window } });
    session.on('connect', () => session.setLocalWindowSize(window));
    // Each waiting call hears of it through its own stream; here it only makes the next call dial anew.
    session.on('error', () => this.sessions.delete(url));
    session.on('close', () => {
      if (this.sessions.get(url) === session) this.sessions.delete(url);
    });
    this.sessions.set(url, session);
    return session;
  }
}

function framed(body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}

function unframed(bytes: Buffer): Buffer {
  return bytes.subarray(5, 5 + bytes.readUInt32BE(1));
}
