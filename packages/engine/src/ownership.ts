import { randomBytes } from 'node:crypto';
import { asItStands } from './as-it-stands';
import { PawlError } from './errors';
import type { Owners, Store } from './ports';
import type { Claim, Owner, RunRecord } from './records';

/** A claim for a run that is being made. */
export function firstClaim(owner: Owner, at: string): Claim {
  return { claim: newClaimId(), earlier: [], owner, at };
}

/** The claim that follows a run's present one: hosts that know any of the earlier ones accept it. */
export function nextClaim(present: Claim, owner: Owner, at: string): Claim {
  return { claim: newClaimId(), earlier: [...present.earlier, present.claim], owner, at };
}

/**
 * Whether the run may be taken by this process, and how that is called in the journal.
 * @param over claims of sessions that ended in this very process
 * @throws PawlError `E_OWNED` where a live owner, or one who can't be seen from here, is at work and `takeOver` is not set
 */
export function mayTake(
  record: RunRecord,
  owners: Owners,
  over: ReadonlySet<string>,
  takeOver: boolean,
): 'resumed' | 'owner dead' | 'taken over' {
  if (record.state !== 'running' || over.has(record.claim.claim)) return 'resumed';
  const liveness = owners.liveness(record.claim.owner);
  if (liveness === 'dead') return 'owner dead';
  if (takeOver) return 'taken over';
  const { who, host, pid, database } = record.claim.owner;
  throw new PawlError('E_OWNED', `run ${record.run} is being driven by ${who}@${host}, process ${pid}`, {
    hint:
      liveness === 'alive'
        ? 'Ask it to pause, or wait. Taking it over by name makes that process stop at its next write.'
        : 'That machine can’t be seen from here. If you know that nobody is at work there, take the run over by name.',
    facts: { who, host, pid, database, liveness },
  });
}

/** As it stands (see `asItStands`). @throws PawlError `E_NO_RUN` */
export function loadRun(store: Store, run: string): RunRecord {
  const record = store.load(run);
  if (record !== undefined) return asItStands(store, record);
  throw new PawlError('E_NO_RUN', `there is no run ${run} in ${store.location}`, {
    hint: 'List the runs; or give the database that the run was started with.',
  });
}

function newClaimId(): string {
  return randomBytes(16).toString('hex');
}
