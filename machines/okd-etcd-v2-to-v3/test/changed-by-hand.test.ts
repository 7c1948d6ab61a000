import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { factsFrom } from '@pawl/engine';
import { manifestDigest, OAUTH_PREFIXES, readManifest, writeManifest } from '@pawl/etcd';
import type { ReadHost } from '@pawl/hosts';
import { referencePath } from '@pawl/steps-etcd';
import { settingsOf } from '../../../test/machines/settings-of';
import { stopEtcd } from '../src/phases/stop-etcd';
import { choicesOf, laterFacts, preflightFacts, RUN } from './helpers/a-cluster';
import { fakeHands } from '../../../test/machines/fake-hands';
import { perform, type Says } from './helpers/perform';
import { unitsSay } from './helpers/units-say';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('v2, between the manifest and the stop of etcd', () => {
  let runDir: string;
  beforeEach(async () => (runDir = await mkdtemp(path.join(tmpdir(), 'pawl-changed-'))));
  afterEach(() => rm(runDir, { recursive: true }));

  /** etcd whose v2 store holds one key. */
  function holding(value: string): ReadHost {
    const node = { key: '/a', value, modifiedIndex: 3, createdIndex: 3 };
    const head =
      'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: Tue, 24 Nov 2026 10:00:00 GMT\r\n' +
      'X-Etcd-Cluster-Id: c\r\nX-Etcd-Index: 9\r\nX-Raft-Index: 11\r\n\r\n';
    const answer = `${head}${JSON.stringify({ action: 'get', node: { dir: true, nodes: [node] } })}\n`;
    return {
      ...fakeHands({ read: (_, argv) => unitsSay(argv, () => 'held') ?? {} }).on('etcd1'),
      async *readStream() {
        yield await Promise.resolve(Buffer.from(answer));
      },
    };
  }

  test('a key that was written: blocked before any member is stopped, and the key is named', async () => {
    const manifest = await readManifest(holding('x'), settingsOf(1), { secretPrefixes: OAUTH_PREFIXES });
    const digest = manifestDigest(manifest);
    await writeManifest(referencePath({ runDir }, digest), manifest);
    const read = { digest, keys: 1, keysWithTtl: 0, bytes: 1, etcdIndex: 9, raftIndex: 11 };
    const [readAgain] = stopEtcd.steps;
    if (readAgain?.kind !== 'read') throw new Error('v2 is read again first');
    const place = { phase: 'stop-etcd', step: 'read-again', target: '-' };
    const ended = readAgain.run({
      ...{ run: RUN, choices: choicesOf(), target: place.target, progress: () => undefined },
      intent: { id: '0001.stop-etcd.read-again.-.1', run: RUN, seq: 1, attempt: 1, ...place },
      facts: factsFrom({ ...preflightFacts(), 'converge/read-manifest': { etcd1: read } }),
      hands: { ...fakeHands(), runDir, on: () => holding('y') },
      signal: new AbortController().signal,
    });
    await expect(ended).rejects.toMatchObject({
      code: 'E_V2_CHANGED',
      message: 'v2 changed since the manifest was read: 1 differences',
      hint: expect.stringMatching(/Find and stop it, go back, and run again/) as string,
      facts: { differences: [{ key: '/a', why: 'another value' }] },
    });
  });
});

describe('master-config.yaml, between preflight and its edit', () => {
  const CONFIG = '/etc/origin/master/master-config.yaml';
  const fixture = path.join(__dirname, '../../../packages/okd/test/fixtures/master-config/ha.yaml');

  /** What lies there now, where preflight has read `was`. */
  function edit(is: string, was: string): ReturnType<typeof perform> {
    const seen = preflightFacts();
    const masters = seen['preflight/masters'] ?? {};
    const master1 = { ...masters['master1'], configSha256: sha256(was) };
    const facts = laterFacts({ ...seen, 'preflight/masters': { ...masters, master1 } });
    const says: Says = [
      [
        /^systemctl show .*-- origin-master-api\.service$/,
        `Id=origin-master-api.service\nExecStart={ path=/usr/bin/openshift ; argv[]=/usr/bin/openshift start master api --config=${CONFIG} ; ignore_errors=no ; }\n`,
      ],
      [`cat -- ${CONFIG}`, is],
    ];
    return perform('reconfigure-masters/edit', 'master1', says, { facts });
  }

  test('edited by somebody: blocked, and nothing is edited', async () => {
    const was = await readFile(fixture, 'utf8');
    const is = `${was}# by hand\n`;
    const { ended, changed } = edit(is, was);
    await expect(ended).rejects.toMatchObject({
      code: 'E_MASTER_CONFIG_CHANGED',
      message: `master1: ${CONFIG} was changed since preflight`,
      hint: 'Look at what was changed and by whom. Put it back as it was, and resume.',
      facts: { expected: sha256(was), found: sha256(is) },
    });
    expect(changed).toEqual([]);
  });

  test('as preflight has read it: edited, and only then is it looked whether it says so', async () => {
    const was = await readFile(fixture, 'utf8');
    const { ended, changed } = edit(was, was);
    // This host's file stays what it is, whatever is done to it.
    await expect(ended).rejects.toMatchObject({ code: 'E_MASTER_CONFIG' });
    expect(changed).toHaveLength(1);
  });
});
