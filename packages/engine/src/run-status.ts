import type { RunStatus } from './engine-api';
import { asItStands } from './as-it-stands';
import { optional, reasonFrom } from './failure';
import type { Owners, Store } from './ports';
import { positionOf } from './position';
import type { RunRecord } from './records';

/** What stands in the records. Reads only; needs no machine, so that any version can tell. */
export function runStatus(store: Store, owners: Owners, stored: RunRecord): RunStatus {
  const record = asItStands(store, stored);
  const value = record.checkpoint.snapshot['value'];
  const at = positionOf(value);
  return {
    record,
    state: stateOf(owners, record),
    direction: at.direction,
    ...(at.direction === 'ended' ? { phase: at.ended } : { phase: at.phase, step: at.step }),
    openIntents: store
      .intents(record.run, { open: true })
      .map(({ id, phase, step, target, attempt }) => ({ id, step: `${phase}/${step}`, target, attempt })),
    ...optional('reason', reasonFrom(record.reason)),
    stateValue: value,
  };
}

function stateOf(owners: Owners, record: RunRecord): RunStatus['state'] {
  if (record.state !== 'running') return record.state;
  const liveness = owners.liveness(record.claim.owner);
  if (liveness === 'alive') return 'running';
  return liveness === 'dead' ? 'crashed' : 'elsewhere';
}
