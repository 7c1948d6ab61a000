import { StepBlocked, type Phase, type Scope, type Task } from '@pawl/engine';
import { compareManifests, EtcdError, manifestDigest, OAUTH_PREFIXES, readManifest } from '@pawl/etcd';
import { readStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { asFacts, etcdHosts, firstEtcdHost, stillHeld, stopEtcdStep } from '@pawl/steps-etcd';
import type { OkdChoices } from '../choices';
import { etcdHost, manifestFacts, readAgainFacts } from '../facts';
import { manifestOfRun } from '../manifest-of-run';
import { WHY } from '../why';
import { converged, explained, stepsSince } from './converge';

/** Followers first, the leader last: a leader that stops first tries to hand over to members that stop (7 to 11 s, measured). */
export const stopEtcd: Phase<OkdChoices, ReadHands, WorkHands> = {
  name: 'stop-etcd',
  title: 'Stop and hold etcd on every host',
  wayBack: 'etcd is released and started on all hosts together, then the masters.',
  rollbackAt: 'etcd-back',
  steps: [
    readStep<OkdChoices>({
      name: 'read-again',
      title: 'Read v2 once more, and ask who leads',
      verify: 'keys without a TTL are as in the manifest; one with a TTL may only have run out; nobody wrote',
      deadlineMs: 900_000,
      retry: { attempts: 20, delayMs: 500 },
      describe: () => ['# read /v2/keys again and compare; etcdctl endpoint status: who leads?'],
      run: async (task) => asFacts(await readAgain(task)),
    }),
    stopEtcdStep({
      name: 'stop-followers',
      title: 'The followers',
      undoneBy: 'etcd-back/release-and-start',
      why: WHY.etcd,
      targets: (scope) => etcdHosts(scope).filter((h) => h !== leader(scope)),
    }),
    stopEtcdStep({
      name: 'stop-leader',
      title: 'The leader',
      undoneBy: 'etcd-back/release-and-start',
      why: WHY.etcd,
      targets: (scope) => [leader(scope)],
    }),
  ],
};

const leader = (scope: Pick<Scope<OkdChoices>, 'facts'>): string => readAgainFacts(scope).leader;

async function readAgain(task: Task<OkdChoices, ReadHands>): Promise<object> {
  // Said before what it wrote: then it is known who.
  await stillHeld(task, []);
  const name = firstEtcdHost(task);
  const { settings } = etcdHost(task, name);
  const before = await manifestOfRun(task);
  const again = await readManifest(task.hands.on(name), settings, {
    secretPrefixes: OAUTH_PREFIXES,
    signal: task.signal,
  });
  const compared = compareManifests(before, again);
  if (!compared.equal)
    throw new StepBlocked(
      'E_V2_CHANGED',
      `v2 changed since the manifest was read: ${compared.differences} differences`,
      {
        hint: 'Somebody writes to v2 while all masters are stopped. Find and stop it, go back, and run again.',
        facts: { differences: asFacts(compared.shown) },
      },
    );
  const { leader: leads, raftIndices } = await converged(task);
  return {
    ...(await quietIfKnown(task, again.header.etcdIndex)),
    digest: manifestDigest(again),
    expiredSince: compared.expired.length,
    leader: leads,
    raftIndices,
  };
}

/**
 * Steps of the index that no key explains: a member that starts publishes itself in v2, outside of the keys. So an etcd host that
 * was booted since the manifest is told, and holds nothing up: the complete comparison has found every key as it was, and from
 * that reading on every step has to be explained. Without this the run could never go on: the manifest's index stays what it is.
 *
 * v2 remembers its last 1,000 events. A run that was paused for long finds more than that run out since; then, too, the comparison
 * has to say alone that nobody wrote.
 */
async function quietIfKnown(task: Task<OkdChoices, ReadHands>, again: number): Promise<object> {
  const since = manifestFacts(task, firstEtcdHost(task)).etcdIndex;
  try {
    const seen = await stepsSince(task, since);
    return seen.writes.length === 0 && seen.unseen > 0
      ? { ...explained(await stepsSince(task, again)), unexplained: seen.unseen }
      : explained(seen);
  } catch (error) {
    if (error instanceof EtcdError && error.code === 'E_ETCD_V2_HISTORY') return { history: error.message };
    throw error;
  }
}
