import { StepFailed, type Task } from '@pawl/engine';
import type { ReadHands } from '@pawl/fleet';
import type { ClusterChoices } from './cluster-choices';

/** What the guard has recorded on a host before the run's first change of a thing: `/var/lib/pawl/runs/RUN/recorded/NAME`. */
export const recordPath = (run: string, name: string): string => `/var/lib/pawl/runs/${run}/recorded/${name}`;

/**
 * A record, read from its host: it stands there before the change it describes, so a run that was killed in between has it,
 * though no outcome does. @returns undefined where the run has not changed that thing
 */
export async function readRecord(
  { hands, run }: Pick<Task<ClusterChoices, ReadHands>, 'hands' | 'run'>,
  host: string,
  name: string,
): Promise<string | undefined> {
  const path = recordPath(run, name);
  const read = await hands.on(host).read(['cat', '--', path]);
  if (read.exit === 0) return read.stdout.toString('utf8');
  // Told apart from a record that can't be read: that one must not pass for "nothing was changed".
  const there = (await hands.on(host).read(['test', '-e', path])).exit === 0;
  if (!there) return undefined;
  throw new StepFailed(
    'E_RECORD_UNREADABLE',
    `${host}: ${path} can't be read: ${read.stderr.toString('utf8').trim()}`,
    { where: `${host}:${path}`, hint: 'Mend the file system or the file’s mode there, and resume.' },
  );
}
