import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Answer, Call } from '../calls';
import { curlEtcd } from './curl';
import type { Running } from './cluster';
import type { EtcdWorld } from './etcd-world';
import { etcdctl } from './etcdctl';
import { EMPTY_DB, writeDb, writeWal, type Db, type Member } from './member-data';
import { EMPTY_V2, setV2 } from './v2-store';

/** Real output of etcd and etcdctl 3.2.22. */
interface Recorded {
  readonly argv: readonly string[];
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly stdin?: string;
}

const recorded = (name: string): Recorded =>
  JSON.parse(
    readFileSync(
      path.join(__dirname, `../../../../packages/etcd/test/fixtures/etcd-3.2.22/${name}.json`),
      'utf8',
    ),
  ) as Recorded;

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'pawl-model-'));
});

afterEach(() => rmSync(dir, { recursive: true }));

const THREE = { up: ['etcd1', 'etcd2', 'etcd3'], members: ['etcd1', 'etcd3', 'etcd2'], mod: 11 };
const ONE_DOWN = { ...THREE, up: ['etcd1', 'etcd2'] };
const UNSTARTED = { ...THREE, up: ['etcd1'], members: ['etcd1', 'unstarted'] };

test.each([
  ['v3-member-list-json.three', THREE],
  ['v3-alarm-list', THREE],
  ['v3-endpoint-status-json.three', THREE],
  ['v3-endpoint-status-json.one-down', ONE_DOWN],
  ['v3-endpoint-status-json.one-plus-unstarted', UNSTARTED],
  ['v2-cluster-health.all-up', THREE],
  ['v2-cluster-health.one-down', ONE_DOWN],
  ['v2-cluster-health.one-plus-unstarted', UNSTARTED],
  ['v3-member-add.peer-url-exists', THREE],
  ['v3-member-add.not-enough-started', UNSTARTED],
  ['v3-lease-grant', THREE],
  ['v3-txn-json.succeeded', THREE],
  ['v3-txn-json.failed', { ...THREE, mod: 12 }],
  ['v3-snapshot-status-json.missing', THREE],
  ['v3-migrate.data-dir-missing', THREE],
  ['http-v2-keys.recursive', THREE],
  ['http-v2-keys.leaf-ttl', THREE],
  ['http-v2-keys.missing', THREE],
  ['http-health.leader', THREE],
  ['http-health.no-leader', { ...THREE, up: ['etcd1'] }],
  ['http-health.refused', ONE_DOWN],
  ['http-version.leader', THREE],
])('%s: the model says what was recorded', (name, cluster) => {
  const was = recorded(name);
  const [program = '', ...args] = was.argv;
  const is = ask(cluster, program, args, was.stdin ?? '');
  expect({ ...is, stdout: shapeOf(is.stdout), stderr: shapeOf(is.stderr) }).toEqual({
    exit: was.exit,
    stdout: shapeOf(was.stdout),
    stderr: shapeOf(was.stderr),
  });
});

function ask(cluster: typeof THREE, program: string, args: readonly string[], stdin: string): Answer {
  const call: Call = { host: 'etcd1', name: program, api: '3', net: '', args, stdin: Buffer.from(stdin) };
  if (program !== 'curl') return etcdctl(worldOf(cluster), call) as Answer;
  return curlEtcd(worldOf(cluster), { ...call, stdin: Buffer.from(`url = "${args.at(-1)!}"\n`) });
}

const IDS: Readonly<Record<string, string>> = {
  etcd1: 'a16088967df4043',
  etcd3: '763cace27ecce60c',
  etcd2: '7e63bab7778dd318',
  unstarted: '6d9ff2ef9a3b60c0',
};

function worldOf({ up, members, mod }: typeof THREE): EtcdWorld {
  const port = (name: string): string => name.replace('etcd', '132').replace('unstarted', '1322');
  const known = members.map((name): Member => {
    const started = name !== 'unstarted';
    return {
      id: IDS[name]!,
      name: started ? name : '',
      peerUrl: `https://127.0.0.1:${port(name)}2`,
      clientUrl: started ? `https://127.0.0.1:${port(name)}1` : '',
    };
  });
  const running = up.map((name): Running => {
    const member = path.join(dir, name, 'member');
    writeDb(member, dbAt(mod));
    writeWal(member, {
      ...{ member: IDS[name]!, cluster: 'a126afc1f49c0265', lineage: 'one', raftIndex: 47 },
      ...{ members: known, v2: SMALL_TREE },
    });
    const clientUrl = `https://127.0.0.1:${port(name)}1`;
    return { host: name, name, member, dataDir: '/var/lib/etcd', clientUrl, isolated: false };
  });
  return {
    tree: () => dir,
    reached: (_call, url) => running.find(({ clientUrl }) => clientUrl === url),
    running: () => running,
    effect: () => undefined,
    now: () => NOW,
    timeOn: () => NOW,
  };
}

const NOW = Date.parse('2026-11-24T11:10:23Z');

/** `/p/b` was written last. */
const dbAt = (mod: number): Db => ({
  ...EMPTY_DB,
  revision: mod,
  keys: { '/p/b': { value: 'new value', create: 3, mod, version: 3, lease: '4043a20d3f53374a' } },
});

/** As the recordings have it. */
const SMALL_TREE = (
  [
    ['/kubernetes.io/emptydir', {}],
    [
      '/kubernetes.io/events/default/ev1',
      { value: '{"kind":"Event","message":"a \\"quoted\\"\\nline ü €"}', ttlMs: 7_200_000 },
    ],
    ['/kubernetes.io/namespaces/default', { value: '{"kind":"Namespace","name":"default"}' }],
    ['/kubernetes.io/services/endpoints/default/kubernetes', { value: '{"kind":"Endpoints"}' }],
    ['/kubernetes.io/ttldir', { ttlMs: 3_600_000 }],
    ['/kubernetes.io/ttldir/child', { value: 'child of a directory with a TTL' }],
    ['/openshift.io/_hidden', { value: 'hidden' }],
    ['/openshift.io/emptyvalue', { value: '' }],
    ['/openshift.io/oauth/accesstokens/tok1', { value: '{"kind":"OAuthAccessToken"}', ttlMs: 86_400_000 }],
  ] as const
).reduce((v2, [key, entry]) => setV2(v2, key, entry, NOW), EMPTY_V2);

/** Without what differs from one recording to the next: numbers, new ids, time-outs' durations; how an answer's end is told, and the order of heads. */
function shapeOf(text: string): string {
  const [head = '', body] = text.startsWith('HTTP/') ? text.split('\r\n\r\n') : [text];
  const heads = head
    .split('\r\n')
    .filter((line) => !/^(Content-Length|Transfer-Encoding|X-Content-Type-Options):/.test(line))
    .map((line) => line.replace(/^Date: .*/, 'Date'))
    .sort();
  return [...heads, ...(body === undefined ? [] : [body])]
    .join('\n')
    .replaceAll(/\b[0-9a-f]{16}\b/g, 'ID')
    .replaceAll(/\d+/g, 'N');
}
