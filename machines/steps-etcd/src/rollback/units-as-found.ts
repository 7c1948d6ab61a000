import { StepBlocked, type Task } from '@pawl/engine';
import type { ReadHands } from '@pawl/fleet';
import { holdName, unitState } from '@pawl/hosts';
import type { ClusterChoices } from '../cluster-choices';
import { readRecord, recordPath } from '../run-folder';
import { foundUnits, type FoundUnit } from './found-units';

interface Records {
  /** The name of the guard's record on the host. */
  readonly record: string;
  /** The steps that had it made; their outcomes hold it, too. */
  readonly recordedBy: readonly string[];
}

/**
 * How the units were found before this run touched them: by the record on their host, else by the journal. Empty where the run
 * had not come to them yet: then they are left alone.
 *
 * A record that was made while a unit was held is none: somebody has removed the first, and the way back, which stops the unit
 * once more, has made another, by which it would stay down.
 * @throws StepBlocked `E_RECORD_GONE` where a unit is held and neither has it
 */
export async function unitsAsFound(
  task: Task<ClusterChoices, ReadHands>,
  units: readonly string[],
  { record, recordedBy }: Records,
): Promise<readonly FoundUnit[]> {
  const { facts, hands, target } = task;
  const kept = await readRecord(task, target, record);
  const journaled = recordedBy.map((step) => facts.find(step, target)?.['recorded']);
  const found = [kept, ...journaled].find((one) => typeof one === 'string' && !one.includes(`/${holdName}`));
  if (typeof found === 'string') return foundUnits(units, found);
  const states = await Promise.all(units.map((unit) => unitState(hands.on(target), unit)));
  const held = states.filter(({ verdict }) => verdict === 'held').map(({ unit }) => unit);
  if (held.length === 0) return [];
  throw new StepBlocked(
    'E_RECORD_GONE',
    `${target}: ${held.join(', ')} is held, and the record of how it was found is gone`,
    {
      where: `${target}:${recordPath(task.run, record)}`,
      hint: 'Put the record back; or release and start the units by hand, as /var/lib/pawl/README there says, then resume.',
      facts: { held },
    },
  );
}
