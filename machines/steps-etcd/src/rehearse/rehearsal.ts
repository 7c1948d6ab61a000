import { readFile } from 'node:fs/promises';
import type { Phase, Scope, Task } from '@pawl/engine';
import { copyBackup, removeScratch, scratchOf, startScratch, type Scratch } from '@pawl/etcd';
import { guardedStep, readStep, type GuardedStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { keepManifest } from '../changes/keep-manifest';
import { sequence } from '../changes/sequence';
import type { ClusterChoices } from '../cluster-choices';
import { asFacts, etcdSetup } from '../facts';
import { keptReference, referencePath } from '../reference';
import { backupSeen, type Backups } from './backups';
import { comparedFacts, compareScratch } from './compare-scratch';
import { ownerOf } from './owner-of';
import { waitForScratch } from './wait-for-scratch';

type Steps<C extends ClusterChoices> = Phase<C, ReadHands, WorkHands>['steps'];

/**
 * A backup is proven by starting it: a copy of it, on an etcd of its own beside whatever runs there, whose v2 content is read and
 * compared. What comes out is a fact, not a failure: the scratch is taken away in any case, and only then is it judged.
 *
 * @param expected digest that the manifest beside the backup has to have, where it is known
 * @param keeps whether the host keeps what was read: a restore is held to it, on whichever machine it is gone on with
 */
export function rehearsal<C extends ClusterChoices>(
  backups: Backups<C>,
  expected: (choices: C) => string | null,
  keeps = false,
): Steps<C> {
  const all = ({ choices }: Scope<C>): readonly string[] => backups.of(choices).map(({ host }) => host);
  return [
    guardedStep<C, undefined>({
      name: 'scratch-copy',
      title: 'A copy of the backup, to be started and thrown away',
      targets: all,
      undoneBy: REMOVES,
      verify: 'it holds the same snapshots and WAL with the same sha256, and a database that never held v3',
      deadlineMs: 3_600_000,
      retry: { attempts: 2, delayMs: 2_000 },
      answers: [REFUSED],
      change: (scope, target) => {
        const { backup, db } = backupSeen(scope, target);
        return copyBackup(backup, db, scratch(scope, target), ownerOf(scope, target));
      },
      prove: (_task, { exit, stderr }) =>
        Promise.resolve(exit === 0 ? { copied: true } : { copied: false, said: stderr.trim().slice(-600) }),
    }),
    guardedStep<C, undefined>({
      name: 'scratch-start',
      title: 'Start an etcd on it, in a network of its own',
      targets: (scope) => all(scope).filter(fact(scope, 'scratch-copy', 'copied')),
      undoneBy: REMOVES,
      verify: 'whether it becomes healthy as a cluster of one',
      deadlineMs: 900_000,
      retry: { attempts: 2, delayMs: 2_000 },
      change: (scope, target) => startScratch(etcdSetup(scope, target).settings, scratch(scope, target)),
      prove: async (task) => asFacts(await waitForScratch(task, scratch(task, task.target))),
    }),
    readStep<C>({
      name: 'compare',
      title: 'Read what it holds',
      targets: (scope) =>
        all(scope)
          .filter(fact(scope, 'scratch-copy', 'copied'))
          .filter(fact(scope, 'scratch-start', 'up')),
      verify: 'every v2 key is read, and compared with the manifest where there is one',
      deadlineMs: 900_000,
      retry: { attempts: 3, delayMs: 1_000 },
      describe: () => [
        '# read /v2/keys of the scratch etcd, every directory, and compare it with the manifest',
      ],
      run: async (task) =>
        asFacts(await compareScratch(task, scratch(task, task.target), expected(task.choices))),
    }),
    scratchRemove<C>(all, keeps),
  ];
}

const REMOVES = 'scratch-gone/scratch-remove';

/** By convention of the changes: this can't be done, and why. */
const REFUSED = 65;

const scratch = (scope: Pick<Scope<ClusterChoices>, 'facts' | 'run'>, host: string): Scratch =>
  scratchOf(etcdSetup(scope, host).settings, scope.run);

const fact =
  ({ facts }: Pick<Scope<ClusterChoices>, 'facts'>, step: string, name: string) =>
  (host: string): boolean =>
    facts.find(`rehearse/${step}`, host)?.[name] !== false;

function scratchRemove<C extends ClusterChoices>(
  targets: (scope: Scope<C>) => readonly string[],
  keeps: boolean,
): GuardedStep<C> {
  return guardedStep<C, Buffer | undefined>({
    name: 'scratch-remove',
    title: 'Take it away again: process, unit and copy',
    targets,
    undoneBy: 'kept',
    verify: 'no process, no unit and no folder of it is left',
    deadlineMs: 300_000,
    retry: { attempts: 3, delayMs: 2_000 },
    look: async (task) => (keeps ? readReference(task) : undefined),
    planned: () => (keeps ? Buffer.alloc(0) : undefined),
    change: (scope, target, reference) => {
      const removed = removeScratch(scratch(scope, target));
      if (reference === undefined) return removed;
      return sequence(removed.what, [removed, keepManifest(keptReference(scope.run), reference)]);
    },
  });
}

/** undefined where nothing was read, or another machine has it: before anything is stopped, it is looked for. */
async function readReference({
  facts,
  hands,
  target,
}: Task<ClusterChoices, ReadHands>): Promise<Buffer | undefined> {
  const compared = comparedFacts({ facts }, target);
  if (compared === undefined) return undefined;
  return readFile(referencePath(hands, compared.reference)).catch(() => undefined);
}

/** The way back from a rehearsal. */
export function scratchGone<C extends ClusterChoices>(
  targets: (scope: Scope<C>) => readonly string[],
): Phase<C, ReadHands, WorkHands> {
  return {
    name: 'scratch-gone',
    title: 'Nothing of the rehearsal is left',
    wayBack: '',
    steps: [scratchRemove<C>(targets, false)],
  };
}
