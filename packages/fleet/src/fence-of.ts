import type { Session } from '@pawl/engine';
import type { Fence } from '@pawl/hosts';

/** The fence of a session's claim. `since`: when the run first stood on that host; now, where it did not. */
export function fenceOf(session: Session, since = session.claim.at): Fence {
  const { claim, owner } = session.claim;
  return {
    run: session.run,
    claim,
    owner: `${owner.who}@${owner.host}`,
    database: owner.database,
    since,
    phase: session.phase(),
  };
}
