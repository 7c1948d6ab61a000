import { StepFailed, type ReadStep } from '@pawl/engine';
import { digestV3, sameContents, v3State } from '@pawl/etcd';
import { readStep, type ReadHands } from '@pawl/fleet';
import { asFacts, etcdHosts, firstEtcdHost } from '@pawl/steps-etcd';
import type { OkdChoices } from '../choices';
import { etcdHost } from '../facts';

/** Every member's own contents at one revision: health and raft index say nothing about what a member holds. */
export function membersEqual(): ReadStep<OkdChoices, ReadHands> {
  return readStep<OkdChoices>({
    name: 'members-equal',
    title: 'All members hold the same, at one revision',
    verify: 'one sha256 over keys, values, revisions and leases of every member',
    deadlineMs: 900_000,
    retry: { attempts: 10, delayMs: 1_000 },
    describe: () => [
      '# sha256 over all pages of every member’s own v3 store at one revision, made on its host',
    ],
    run: async (task) => {
      const settings = (host: string) => etcdHost(task, host).settings;
      const first = firstEtcdHost(task);
      const { revision } = await v3State(task.hands.on(first), settings(first));
      const digests = await Promise.all(
        etcdHosts(task).map(async (host) => ({
          host,
          digest: await digestV3(task.hands.on(host), settings(host), { revision, signal: task.signal }),
        })),
      );
      const [reference, ...others] = digests;
      const unequal = others.filter(
        (other) => reference === undefined || !sameContents(reference.digest, other.digest),
      );
      if (unequal.length > 0)
        throw new StepFailed(
          'E_MEMBERS_DIFFER',
          `${unequal.map((u) => `${u.host} (${u.digest.keys} keys)`).join(', ')} do not hold what ${first} holds (${reference?.digest.keys ?? 0} keys)`,
          {
            hint: 'A member that joined by log replay holds no v3 data: nothing is lost, go back to v2 (docs/operating.md).',
          },
        );
      return asFacts({ ...reference?.digest });
    },
  });
}
