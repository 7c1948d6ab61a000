import { StepFailed, type ReadStep } from '@pawl/engine';
import { digestV3, sameContents, v3State } from '@pawl/etcd';
import { readStep, type ReadHands } from '@pawl/fleet';
import { asFacts, etcdSetup, firstEtcdHost, type ClusterChoices, type Targets } from '@pawl/steps-etcd';

/** A joiner that was fed by log replay is healthy, at the same raft index, and holds no v3 key: only its contents tell. */
export function caughtUp(place: number, targets: Targets): ReadStep<ClusterChoices, ReadHands> {
  return readStep<ClusterChoices>({
    name: `caught-up-${place}`,
    title: `Member ${place}: it holds what the first one holds`,
    targets,
    verify: 'its own contents at one revision are the first member’s, by sha256',
    deadlineMs: 900_000,
    retry: { attempts: 60, delayMs: 1_000 },
    describe: () => [
      '# sha256 over all pages of its own v3 store at one revision, compared with the first member’s',
    ],
    run: async (task) => {
      const name = firstEtcdHost(task);
      const settings = (host: string) => etcdSetup(task, host).settings;
      const { revision } = await v3State(task.hands.on(name), settings(name));
      const joined = await v3State(task.hands.on(task.target), settings(task.target));
      if (joined.revision < revision)
        throw notCaughtUp(
          task.target,
          `is at revision ${joined.revision} with ${joined.keys} keys, ${name} at ${revision}`,
        );
      const options = { revision, signal: task.signal };
      const [mine, firsts] = await Promise.all([
        digestV3(task.hands.on(task.target), settings(task.target), options),
        digestV3(task.hands.on(name), settings(name), options),
      ]);
      if (!sameContents(firsts, mine))
        throw notCaughtUp(task.target, `holds ${mine.keys} keys, ${name} ${firsts.keys}`);
      return asFacts(mine);
    },
  });
}

function notCaughtUp(host: string, how: string): StepFailed {
  return new StepFailed('E_NOT_CAUGHT_UP', `${host} ${how}`, {
    hint: 'It was given time. Where it is cut off from the others (`journalctl -u etcd` there says so), mend that and resume. Where it hears them and stays so, it was fed by log replay and holds no v3 data, however healthy it is: nothing is lost, go back to v2 (docs/operating.md).',
  });
}
