import type { AnyMachineSnapshot } from 'xstate';
import type { Redact } from './clean-commit';
import type { EngineEvent } from './engine-api';
import type { JsonObject } from './json';
import type { Machine } from './machine';
import type { FaultPoint, Fleet, Session, Store } from './ports';
import type { Scope } from './scope';

/** One owner's session on one run: what it works with, and where it stands. */
export interface Work<R, H extends R> {
  readonly store: Store;
  readonly fleet: Fleet<R, H>;
  readonly machine: Machine<JsonObject, R, H>;
  readonly run: string;
  readonly claim: string;
  readonly scope: Scope<JsonObject>;
  readonly session: Session;
  readonly faultPoint: FaultPoint;
  readonly now: () => Date;
  readonly notify: (event: EngineEvent) => void;
  readonly redact: Redact | undefined;
  readonly signal: AbortSignal | undefined;
  /** Requests for a pause at once up to this one were made before the session began: going on was asked for later. */
  readonly requestsBefore: number;
  /** The run's deadline was told already: whoever goes on after it has decided so. */
  deadlineHeeded: boolean;
  /** The run's deadline as this session first saw it, and when that is by a clock that nobody sets (`performance.now()`). */
  deadline: { readonly at: string; readonly end: number } | undefined;
  /** The run was rebuilt from its hosts, and nobody had decided how it goes on when the session began. */
  rebuilt: boolean;
  /** The first effect was begun, so the plan stands beside it. */
  planned: boolean;
  snapshot: AnyMachineSnapshot;
  /** Row of the last transition: what has a higher number belongs to the state that the run is in. */
  checkpointSeq: number;
  lastSeq: number;
}
