import type { Fleet, Session } from '@pawl/engine';

/**
 * A fleet that is opened anew for each session, from what its run was made with: so one engine drives any number of runs, each
 * on hosts of its own, and a service resumes a run by its name alone.
 *
 * Durable, and what may happen twice: as the fleets that `open` makes. Each is detached once, also where it could not be attached.
 */
export function fleetPerRun<R, H extends R>(open: (session: Session) => Fleet<R, H>): Fleet<R, H> {
  const opened = new Map<string, Fleet<R, H>>();
  const of = (session: Session): Fleet<R, H> => {
    const fleet = opened.get(session.claim.claim) ?? open(session);
    opened.set(session.claim.claim, fleet);
    return fleet;
  };
  return {
    attach: async (session) => of(session).attach(session),
    reading: (session, intent) => of(session).reading(session, intent),
    working: (session, intent, boundary) => of(session).working(session, intent, boundary),
    async detach(session) {
      const fleet = opened.get(session.claim.claim);
      opened.delete(session.claim.claim);
      await fleet?.detach(session);
    },
  };
}
