import { optional } from './failure';
import type { JsonObject } from './json';
import type { Store } from './ports';
import { isInDoubt } from './position';
import type { RunRecord } from './records';

/**
 * A step in doubt is for a person to decide, whatever the run's record says beside it. Early builds of 0.1.0 wrote `running` or
 * `paused` there, which no command led on from: such a record is read as in doubt, with the reason that the journal has kept.
 */
export function asItStands(store: Store, record: RunRecord): RunRecord {
  if (record.state !== 'running' && record.state !== 'paused') return record;
  if (!isInDoubt(record.checkpoint.snapshot['value'])) return record;
  const { reason, ...rest } = record;
  const asked = store.journal(record.run).findLast(({ kind }) => kind === 'in-doubt');
  return {
    ...rest,
    state: 'in-doubt',
    ...optional('reason', asked?.data['reason'] as JsonObject | undefined),
  };
}
