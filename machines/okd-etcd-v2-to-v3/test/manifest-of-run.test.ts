import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { manifestDigest, writeManifest, type Manifest } from '@pawl/etcd';
import { manifestOfRun, manifestPath } from '../src/manifest-of-run';

const reading = (etcdIndex: number): Manifest => ({
  header: {
    ...{ format: 'pawl-manifest-1', endpoint: 'https://192.0.2.11:2379', clusterId: 'c', secretPrefixes: [] },
    ...{ takenAt: '2026-11-24T10:00:00.000Z', etcdIndex, etcdIndexAtEnd: etcdIndex, raftIndex: etcdIndex },
    ...{ keys: 0, bytes: 0, keysWithTtl: 0, directories: 0, directoriesWithTtl: 0, largestValue: 0 },
  },
  entries: [],
});

test('one who was taken over and writes his reading late does not put it in the place of the run’s own', async () => {
  const runDir = await mkdtemp(join(tmpdir(), 'pawl-manifest-'));
  const hands = { runDir } as Parameters<typeof manifestOfRun>[0];
  const write = (manifest: Manifest): Promise<string> =>
    writeManifest(manifestPath(hands, manifestDigest(manifest)), manifest);
  const digest = await write(reading(7));
  await write(reading(8));
  const facts = { digest, keys: 0, keysWithTtl: 0, bytes: 0, etcdIndex: 7, raftIndex: 7 };
  expect((await manifestOfRun(hands, facts)).header.etcdIndex).toBe(7);
  expect(await readdir(runDir)).toHaveLength(2);
  await rm(runDir, { recursive: true });
});
