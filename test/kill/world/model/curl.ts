import { failed, said, type Answer, type Call } from '../calls';
import { ETCD_VERSION, type EtcdWorld } from './etcd-world';
import { clusterOf, type Cluster } from './cluster';
import { missingV2, showV2 } from './v2-store';

/** `curl -i -K -`: the URLs are read from standard input; one answer after the other. */
export function curlEtcd(world: EtcdWorld, call: Call): Answer {
  const urls = [...call.stdin.toString('utf8').matchAll(/^url = "((?:\\.|[^"\\])*)"$/gm)].map(
    ([, url = '']) => url.replaceAll(/\\(.)/g, '$1'),
  );
  let stdout = '';
  for (const text of urls) {
    const url = new URL(text);
    const me = world.reached(call, url.origin);
    if (me === undefined) {
      const why = `curl: (7) Failed to connect to ${url.hostname} port ${url.port} after 0 ms: Couldn't connect to server\n`;
      return failed(why, 7, stdout);
    }
    const answer = get(clusterOf(me, world.running(), world.now()), url, world.timeOn(me.host));
    // A watch on what has not happened yet: curl's time is up.
    if (answer === undefined) return failed('curl: (28) Operation timed out\n', 28, stdout);
    stdout += answer;
  }
  return said(stdout);
}

function get(cluster: Cluster, url: URL, now: number): string | undefined {
  switch (url.pathname) {
    case '/health':
      return cluster.quorum
        ? http(200, '{"health": "true"}', now, { type: 'text/plain; charset=utf-8' })
        : http(503, '{"health": "false"}\n', now, { type: 'text/plain; charset=utf-8' });
    case '/version':
      return http(200, `{"etcdserver":"${ETCD_VERSION}","etcdcluster":"3.2.0"}`, now);
    default:
      return keys(cluster, url, now);
  }
}

function keys({ wal }: Cluster, url: URL, now: number): string | undefined {
  const { v2, cluster, raftIndex } = wal;
  const path = decodeURIComponent(url.pathname.slice('/v2/keys'.length));
  const key = path === '/' ? path : path.replace(/\/$/, '');
  const head = { cluster, index: v2.index, raftIndex };
  if (url.searchParams.get('wait') === 'true') {
    const from = Number(url.searchParams.get('waitIndex'));
    const event = v2.history.find(({ index }) => index >= from);
    if (event === undefined) return undefined;
    const node = { key: event.key, modifiedIndex: event.index, createdIndex: event.index };
    return http(200, `${JSON.stringify({ action: event.action, node })}\n`, now, head);
  }
  const node = showV2(v2, key, url.searchParams.get('recursive') === 'true', now);
  if (node !== undefined) return http(200, `${JSON.stringify({ action: 'get', node })}\n`, now, head);
  const missing = { errorCode: 100, message: 'Key not found', cause: missingV2(v2, key), index: v2.index };
  return http(404, `${JSON.stringify(missing)}\n`, now, { cluster, index: v2.index });
}

interface Head {
  readonly type?: string;
  readonly cluster?: string;
  readonly index?: number;
  readonly raftIndex?: number;
}

function http(
  status: number,
  body: string,
  now: number,
  { type, cluster, index, raftIndex }: Head = {},
): string {
  const lines = [
    `HTTP/1.1 ${status} ${STATUS[status] ?? ''}`,
    `Content-Type: ${type ?? 'application/json'}`,
    ...(cluster === undefined ? [] : [`X-Etcd-Cluster-Id: ${cluster}`]),
    ...(index === undefined ? [] : [`X-Etcd-Index: ${index}`]),
    ...(raftIndex === undefined ? [] : [`X-Raft-Index: ${raftIndex}`, 'X-Raft-Term: 2']),
    `Date: ${new Date(now).toUTCString()}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

const STATUS: Readonly<Record<number, string>> = { 200: 'OK', 404: 'Not Found', 503: 'Service Unavailable' };
