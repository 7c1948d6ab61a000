import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { factsFrom } from '@pawl/engine';
import { manifestDigest, manifestLines, type Manifest } from '@pawl/etcd';
import type { WorkHands } from '@pawl/fleet';
import type { Change } from '@pawl/hosts';
import { referencePath } from '@pawl/steps-etcd';
import { fakeHands } from '../../../test/machines/fake-hands';
import { okdEtcdRestoreV2 } from '../src';
import { referenceOfRun } from '../src/reference-of-run';
import { choicesOf } from './helpers/choices-of';
import { factsOf, RUN, type Seen } from './helpers/facts-of';

const read: Manifest = {
  header: {
    ...{ format: 'pawl-manifest-1', endpoint: 'http://127.0.0.1:2379', clusterId: 'c', secretPrefixes: [] },
    ...{ takenAt: '2026-11-24T10:00:00.000Z', etcdIndex: 7, etcdIndexAtEnd: 7, raftIndex: 7 },
    ...{ keys: 0, bytes: 0, keysWithTtl: 0, directories: 0, directoriesWithTtl: 0, largestValue: 0 },
  },
  entries: [],
};
const TEXT = [...manifestLines(read)].join('');
const KEPT = `/var/lib/pawl/runs/${RUN}/reference`;
const BESIDE = '/var/lib/etcd/pawl-okd-1/manifest';

let runDir: string;
beforeEach(async () => (runDir = await mkdtemp(join(tmpdir(), 'pawl-reference-'))));
afterEach(() => rm(runDir, { recursive: true }));

/** The rehearsal has read it. @param manifest of the run that made the backup */
function seen(manifest: string | null = null): Seen {
  const facts = factsOf();
  Object.assign(facts['preflight/backup']?.['etcd1']?.['backup'] ?? {}, { manifest });
  return { ...facts, 'rehearse/compare': { etcd1: { keys: 0, reference: manifestDigest(read) } } };
}

/** @param kept the file that etcd1 has, if any */
const task = (kept?: string, facts = seen()) => ({
  ...{ run: RUN, choices: choicesOf(), facts: factsFrom(facts) },
  hands: {
    ...fakeHands({
      read: (host, argv) =>
        kept !== undefined && host === 'etcd1' && argv.join(' ') === `cat -- ${kept}` ? TEXT : { exit: 1 },
    }),
    runDir,
  },
});

/** Runs a step whose change always succeeds. */
async function perform(id: string, target: string, kept?: string): Promise<readonly Change[]> {
  const changes: Change[] = [];
  const [phase = '', step = ''] = id.split('/');
  const found = okdEtcdRestoreV2.spec.phases
    .find(({ name }) => name === phase)
    ?.steps.find(({ name }) => name === step);
  if (found?.kind !== 'effect') throw new Error(`there is no effect ${id}`);
  const { hands, ...rest } = task(kept);
  const host = {
    change: (change: Change) => {
      changes.push(change);
      return Promise.resolve({ exit: 0, stdout: '', stderr: '' });
    },
  };
  await found.run({
    ...{ ...rest, target, signal: new AbortController().signal, progress: () => undefined },
    intent: { id: '1', run: RUN, seq: 1, phase, step, target, attempt: 1 },
    hands: { ...hands, host } as unknown as WorkHands,
  });
  return changes;
}

test('what the rehearsal has read is kept on the restore host, by the job that takes the scratch away', async () => {
  await writeFile(referencePath({ runDir }, manifestDigest(read)), TEXT);
  const [change, ...more] = await perform('rehearse/scratch-remove', 'etcd1');
  expect(more).toEqual([]);
  expect(String(change?.stdin)).toBe(TEXT);
  expect(change?.script.text).toContain(`mv -fT ${KEPT}.part ${KEPT}`);
});

test('where the controller has none, there is nothing to be kept, and the scratch goes all the same', async () => {
  const [change] = await perform('rehearse/scratch-remove', 'etcd1');
  expect([change?.stdin, change?.what]).toEqual([undefined, expect.stringContaining('remove it')]);
});

test.each([
  ['the restore host', KEPT, null],
  ['the folder of the run that made the backup', BESIDE, BESIDE],
])('gone on with on another machine, it is had from %s', async (_where, kept, manifest) => {
  expect((await referenceOfRun(task(kept, seen(manifest)))).header.etcdIndex).toBe(7);
  expect(await readdir(runDir)).toHaveLength(1);
});

test('where it is nowhere, no master is stopped', async () => {
  await expect(perform('stop-masters/stop-and-hold', 'master1')).rejects.toMatchObject({
    code: 'E_NOT_REHEARSED',
    hint: expect.stringContaining(`Nothing was stopped.`) as unknown,
  });
});
