import { StepFailed } from '@pawl/engine';
import { canaryDelete, canaryPut, serverVersion, v3State } from '@pawl/etcd';
import { guardedStep, type GuardedStep } from '@pawl/fleet';
import { firstEtcdHost, stillHeld } from '@pawl/steps-etcd';
import type { OkdChoices } from '../choices';
import { etcdHost } from '../facts';

/**
 * A canary proves that v3 takes writes, which health does not: after a leader that died with uncommitted writes the first
 * ones hang until the index has caught up. It is one key, written with patience and taken away again.
 */
export function writeCanary(): GuardedStep<OkdChoices> {
  return canaryStep('write-canary', 'Does v3 take a write?', 'a key was written to v3', canaryPut);
}

/** Of the canary's job, when its patience is at an end. */
const NO_WRITE = 1;

export function deleteCanary(): GuardedStep<OkdChoices> {
  return canaryStep('delete-canary', 'Take the canary away', 'the key is gone', canaryDelete);
}

function canaryStep(
  name: string,
  title: string,
  verify: string,
  change: typeof canaryPut,
): GuardedStep<OkdChoices> {
  return guardedStep<OkdChoices, undefined>({
    name,
    title,
    targets: (scope) => [firstEtcdHost(scope)],
    undoneBy: 'originals-back/set-new-aside',
    verify,
    deadlineMs: 300_000,
    retry: { attempts: 2, delayMs: 2_000 },
    first: (task) => stillHeld(task, []),
    change: ({ run, facts }, target) => change(etcdHost({ facts }, target).settings, run),
    answers: [NO_WRITE],
    // What is written after the last one is told by its revision.
    prove: async ({ hands, facts, target }, job) => {
      if (job.exit === NO_WRITE) {
        // One that is away, or refuses the certificate, says so; one that answers and takes no write is another matter.
        await serverVersion(hands.on(target), etcdHost({ facts }, target).settings);
        throw noWrite(target, job.stderr.trim());
      }
      const { revision } = await v3State(hands.on(target), etcdHost({ facts }, target).settings);
      return { revision };
    },
  });
}

function noWrite(host: string, said: string): StepFailed {
  return new StepFailed('E_CANARY', `v3 takes no write on ${host}: ${said || 'no answer'}`, {
    where: host,
    hint: `etcd there is up and answers. It may catch up by itself, as after a leader that died with writes in flight: resume gives it the same time again. If it stays so, look at \`journalctl -u etcd\` on ${host}. Nothing is lost: the originals are untouched, and the way back is open.`,
  });
}
