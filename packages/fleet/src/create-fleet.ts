import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Fleet, Session } from '@pawl/engine';
import { attachHosts } from './attach-hosts';
import type { FleetOptions } from './fleet-options';
import type { ReadHands, WorkHands } from './hands';
import { readHands } from './read-hands';
import { workHands } from './work-hands';

/**
 * The hosts of runs, as the engine works with them: claims carried to every host, each step given hands of its own.
 *
 * `attach` durable when it returns: the session's claim on every host that the run holds. May happen twice. Never: a fence
 * planted where one ought to be and is not: that is in doubt (`E_FENCE_MISSING`).
 */
export function createFleet(options: FleetOptions): Fleet<ReadHands, WorkHands> {
  const { hosts, runsDir, plantedBy } = options;
  const look = (session: Session): ReadHands => readHands(hosts, session.run, runDir(runsDir, session.run));
  return {
    attach: (session) => attachHosts(options, session),
    reading: (session) => look(session),
    working: (session, intent, boundary) =>
      workHands({ hosts, session, intent, boundary, plantedBy, look: look(session) }),
    detach: () => hosts.close(),
  };
}

function runDir(runsDir: string, run: string): string {
  const dir = join(runsDir, run);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  return dir;
}
