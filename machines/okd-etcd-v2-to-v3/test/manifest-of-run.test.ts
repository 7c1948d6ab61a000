import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { factsFrom } from '@pawl/engine';
import { manifestDigest, manifestLines, writeManifest, type Manifest } from '@pawl/etcd';
import { referencePath } from '@pawl/steps-etcd';
import { manifestOfRun } from '../src/manifest-of-run';
import { choicesOf, preflightFacts, RUN } from './helpers/a-cluster';
import { fakeHands, type FakeWorld } from '../../../test/machines/fake-hands';

const reading = (etcdIndex: number): Manifest => ({
  header: {
    ...{ format: 'pawl-manifest-1', endpoint: 'https://192.0.2.11:2379', clusterId: 'c', secretPrefixes: [] },
    ...{ takenAt: '2026-11-24T10:00:00.000Z', etcdIndex, etcdIndexAtEnd: etcdIndex, raftIndex: etcdIndex },
    ...{ keys: 0, bytes: 0, keysWithTtl: 0, directories: 0, directoriesWithTtl: 0, largestValue: 0 },
  },
  entries: [],
});

let runDir: string;
beforeEach(async () => (runDir = await mkdtemp(join(tmpdir(), 'pawl-manifest-'))));
afterEach(() => rm(runDir, { recursive: true }));

/** A run that is held to the reading of index 7. */
function asking(world: FakeWorld = {}): Parameters<typeof manifestOfRun>[0] {
  const digest = manifestDigest(reading(7));
  const facts = { digest, keys: 0, keysWithTtl: 0, bytes: 0, etcdIndex: 7, raftIndex: 7 };
  return {
    run: RUN,
    choices: choicesOf(),
    hands: { ...fakeHands(world), runDir },
    facts: factsFrom({ ...preflightFacts(), 'converge/read-manifest': { etcd1: facts } }),
  };
}

const write = (manifest: Manifest): Promise<string> =>
  writeManifest(referencePath({ runDir }, manifestDigest(manifest)), manifest);
const text = (manifest: Manifest): string => [...manifestLines(manifest)].join('');

test('one who was taken over and writes his reading late does not put it in the place of the run’s own', async () => {
  await write(reading(7));
  await write(reading(8));
  expect((await manifestOfRun(asking())).header.etcdIndex).toBe(7);
  expect(await readdir(runDir)).toHaveLength(2);
});

test('where the controller’s own is gone, the one that the migration host keeps is taken, and kept', async () => {
  const world: FakeWorld = { read: (host) => (host === 'etcd1' ? text(reading(7)) : new Error('not asked')) };
  expect((await manifestOfRun(asking(world))).header.etcdIndex).toBe(7);
  const [name = ''] = await readdir(runDir);
  expect(await readFile(join(runDir, name), 'utf8')).toBe(text(reading(7)));
  expect((await stat(join(runDir, name))).mode & 0o777).toBe(0o600);
});

test.each<[string, FakeWorld]>([
  ['another one', { read: () => text(reading(8)) }],
  ['none', { read: () => ({ exit: 1 }) }],
])('where the host keeps %s there is none', async (_what, world) => {
  await expect(manifestOfRun(asking(world))).rejects.toMatchObject({ code: 'E_ETCD_MANIFEST' });
  expect(await readdir(runDir)).toEqual([]);
});
