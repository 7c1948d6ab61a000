import { canonicalJson, NO_TARGET, PawlError, type Intent, type Session } from '@pawl/engine';
import type { GuardedHost, GuardIdentity, Hosts } from '@pawl/hosts';
import type { ReadHands, WorkHands } from './hands';
import { inDoubtWhereItIs } from './in-doubt';
import { runFences } from './run-fences';

export interface WorkOptions {
  readonly hosts: Hosts;
  readonly session: Session;
  readonly intent: Intent;
  /** `MACHINE/PHASE/STEP@TARGET` */
  readonly boundary: string;
  /** As in `FleetOptions`. */
  readonly plantedBy: string;
  readonly look: ReadHands;
}

/** Hands for one intent: its target's host, to be changed once, and the run's fences. */
export function workHands({ hosts, session, intent, boundary, plantedBy, look }: WorkOptions): WorkHands {
  const identity = identityOf(session, intent);
  const faultPoint = (name: string): void => session.faultPoint(`${boundary}/${name}`);
  let host: GuardedHost | undefined;
  return {
    ...look,
    get host() {
      if (intent.target === NO_TARGET) throw noTarget(intent);
      host ??= telling(hosts.guarded(intent.target, identity, faultPoint));
      return host;
    },
    fences: runFences({ hosts, session, identity, plantedBy, faultPoint }),
  };
}

function identityOf(session: Session, intent: Intent): GuardIdentity {
  const { run, machineId, machineVersion, choices } = session;
  return {
    run,
    claim: session.claim.claim,
    phase: intent.phase,
    intent: intent.id,
    intentJson: canonicalJson({ machineId, machineVersion, choices, intent, standing: session.standing() }),
  };
}

/** What a host says that only a person can judge is said in the engine's words. */
function telling(host: GuardedHost): GuardedHost {
  return {
    ...host,
    change: async (change) => host.change(change).catch(inDoubtWhereItIs),
  };
}

function noTarget(intent: Intent): PawlError {
  return new PawlError(
    'E_NO_TARGET',
    `step ${intent.phase}/${intent.step} has no target, so no host to change`,
    {
      hint: 'Give the step `targets`.',
    },
  );
}
