import { readFile } from 'node:fs/promises';
import {
  StepBlocked,
  StepFailed,
  type EffectStep,
  type JsonObject,
  type Phase,
  type Task,
} from '@pawl/engine';
import {
  clusterHealth,
  manifestDigest,
  nobodyWrites,
  OAUTH_PREFIXES,
  readManifest,
  sampleConvergence,
  serverVersion,
  writeManifest,
  type Quiet,
  allHealthy,
} from '@pawl/etcd';
import { jobFailed, readStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { asFacts, etcdHosts, firstEtcdHost, keepManifest, layoutOf, referencePath } from '@pawl/steps-etcd';
import { etcdHost } from '../facts';
import type { OkdChoices } from '../choices';

/** Nobody writes any more, every member has everything, and what v2 holds is written down. */
export const converge: Phase<OkdChoices, ReadHands, WorkHands> = {
  name: 'converge',
  title: 'Let the members converge, and write down what v2 holds',
  wayBack: 'The masters are released and started; etcd was not touched.',
  rollbackAt: 'masters-back',
  steps: [
    readStep<OkdChoices>({
      name: 'converged',
      title: 'Every member healthy, all at one raft index',
      verify: 'every member is healthy by its own line, one leader, raft indices at most one apart',
      deadlineMs: 60_000,
      retry: { attempts: 60, delayMs: 500 },
      describe: () => [
        '# etcdctl cluster-health, line by line; etcdctl -w json endpoint status, all members in one call',
      ],
      run: async (task) => asFacts(await converged(task)),
    }),
    readManifestStep(),
  ],
};

/** @throws StepFailed while they are not: the step's retries wait for them */
export async function converged(
  task: Task<OkdChoices, ReadHands>,
): Promise<{ leader: string; raftIndices: readonly number[] }> {
  const name = firstEtcdHost(task);
  const host = task.hands.on(name);
  const { settings } = etcdHost(task, name);
  const endpoints = etcdHosts(task).map((h) => etcdHost(task, h).settings.clientEndpoint);
  const health = await clusterHealth(host, settings);
  // Nobody was heard of: why, is said by this one.
  if (health.members.length === 0) await serverVersion(host, settings);
  if (!allHealthy(health, endpoints.length))
    throw new StepFailed(
      'E_NOT_CONVERGED',
      `not every member is healthy: ${health.members.map((m) => `${m.id} ${m.state}`).join(', ') || 'none was heard of'}`,
      {
        hint: 'Look at `journalctl -u etcd` on the host of each that is not healthy, and mend that; then resume. Nothing of etcd was changed yet.',
      },
    );
  const sample = await sampleConvergence(host, settings, endpoints);
  if (!sample.converged)
    throw new StepFailed('E_NOT_CONVERGED', `the members have not converged: ${sample.reason ?? ''}`, {
      hint: 'Masters are stopped, so this settles by itself unless a member is ill: look at its log.',
    });
  const leader = etcdHosts(task).find(
    (h) => etcdHost(task, h).settings.clientEndpoint === sample.leaderEndpoint,
  );
  if (leader === undefined)
    throw new StepFailed('E_NOT_CONVERGED', 'the leader is none of the inventory’s hosts', {
      hint: 'Somebody has added a member since preflight: `etcdctl member list` on any of them. Nothing of etcd was changed: pawl rollback, and plan anew with every member in the inventory.',
    });
  return { leader, raftIndices: sample.statuses.map((s) => s.raftIndex) };
}

/** Every step of the v2 index is a key that ran out. @throws StepBlocked `E_WRITER` */
export function explained(seen: Quiet): object {
  if (!seen.quiet && seen.writes.length === 0) throw movedUnseen(seen.unseen);
  if (!seen.quiet)
    throw new StepBlocked(
      'E_WRITER',
      `somebody writes to v2 while all masters are stopped: ${seen.writes.length} writes, ${seen.unseen} steps of the index that no key explains`,
      {
        hint: 'Find the writer (a controller outside the inventory, a backup job, a person; a step without a key is a member of etcd that was started anew) and stop it; then resume.',
        facts: {
          writes: seen.writes.slice(0, 20).map(({ action, key, index }) => ({ action, key, index })),
          unseen: seen.unseen,
        },
      },
    );
  return { fromIndex: seen.fromIndex, toIndex: seen.toIndex, expired: seen.expired };
}

/** Who moved the v2 index since then (a manifest's `etcdIndex`). */
export function stepsSince(task: Task<OkdChoices, ReadHands>, since: number): Promise<Quiet> {
  const name = firstEtcdHost(task);
  return nobodyWrites(task.hands.on(name), etcdHost(task, name).settings, since, {
    secretPrefixes: OAUTH_PREFIXES,
    signal: task.signal,
  });
}

/** Three members whose hosts were booted count 3 [measured, 3.4]: each writes where it answers to a place that no client sees. */
function movedUnseen(unseen: number): StepBlocked {
  return new StepBlocked(
    'E_WRITER',
    `v2 was written to ${unseen} times since it was read, and no key shows it`,
    {
      hint: 'A member of etcd that is started meanwhile counts so (`systemctl status etcd` on each host says since when it runs). Resume when all of them are up: v2 is read anew.',
      facts: { writes: [], unseen },
    },
  );
}

/**
 * The manifest goes to two places: the controller's run folder, and the migration host, so that a run rebuilt from its hosts
 * has it. A crash in between reads v2 anew: masters are down, so it says the same.
 */
function readManifestStep(): EffectStep<OkdChoices, WorkHands> {
  return {
    kind: 'effect',
    name: 'read-manifest',
    title: 'Write down every v2 key (digest, indices, expiry), and see that nobody writes',
    targets: (scope) => [firstEtcdHost(scope)],
    verify:
      'the manifest stands, with its sha256, beside the database and on the migration host, and the v2 index has moved since by keys that ran out, and by nothing else',
    undoneBy: 'kept',
    leftOpen:
      'v2 is read again, the masters being down, and both copies of the manifest are compared by their sha256',
    deadlineMs: 900_000,
    retry: { attempts: 3, delayMs: 2_000 },
    describe: (scope, target) => [
      '# read /v2/keys, every directory, as a stream: a digest a value',
      ...keepManifest(layoutOf(scope, target).manifest, Buffer.alloc(0)).script.text.split('\n'),
      '# a watch on /v2/keys from the manifest’s index: every event is an `expire`',
    ],
    run: async (task) => {
      const { settings } = etcdHost(task, task.target);
      const manifest = await readManifest(task.hands.host, settings, {
        secretPrefixes: OAUTH_PREFIXES,
        signal: task.signal,
        progress: (keys) => {
          task.progress(`${keys} keys read`);
        },
      });
      const path = referencePath(task.hands, manifestDigest(manifest));
      const digest = await writeManifest(path, manifest);
      const content = await readFile(path);
      task.signal.throwIfAborted();
      const change = keepManifest(layoutOf(task, task.target).manifest, content);
      const job = await task.hands.host.change(change);
      if (job.exit !== 0) throw jobFailed(task.target, change, job);
      const kept = await task.hands.host.read(['sha256sum', layoutOf(task, task.target).manifest]);
      // A job re-attached after a crash kept the reading of then; a key may have run out since. The next attempt keeps this one.
      if (kept.stdout.toString('utf8').slice(0, 64) !== digest)
        throw new StepFailed(
          'E_MANIFEST_DIFFERS',
          `the manifest on ${task.target} is of an earlier reading that was cut off, not of this one: it is kept anew`,
          { hint: 'Nothing is to be done: where it stays, resume.' },
        );
      // Here, and not in a step of its own: whoever resumes when the writer is stopped has to have v2 read anew.
      const since = explained(await stepsSince(task, manifest.header.etcdIndex));
      return asFacts({ ...summary(digest, manifest.header), since });
    },
  };
}

function summary(
  digest: string,
  header: { keys: number; keysWithTtl: number; bytes: number; etcdIndex: number; raftIndex: number },
): JsonObject {
  const { keys, keysWithTtl, bytes, etcdIndex, raftIndex } = header;
  return { digest, keys, keysWithTtl, bytes, etcdIndex, raftIndex };
}
