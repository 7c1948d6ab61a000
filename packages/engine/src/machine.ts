import type { AnyStateMachine } from 'xstate';
import type { JsonObject } from './json';
import type { Scope } from './scope';
import type { Step, Task } from './step';

/** A phase: steps in order, and its way back. The whole phase is a state, each step a state in it. */
export interface Phase<C extends JsonObject, R, H extends R> {
  readonly name: string;
  readonly title: string;
  /** For `plan`: how it is taken back, as one sentence. */
  readonly wayBack: string;
  /** Name of the rollback phase at which a rollback from here enters; left out where nothing was changed or no rollback is declared. */
  readonly rollbackAt?: string;
  readonly steps: readonly Step<C, R, H>[];
}

/** What going back would lose, once an irreversible step has been begun. */
export interface Loss {
  /** Proven: nothing would be lost. */
  readonly free: boolean;
  /** The name by which the loss is accepted. */
  readonly name: string;
  /** For people, one or two sentences. */
  readonly message: string;
  /** How many keys, records or whatever it is would be lost; left out where nobody can tell. */
  readonly count?: number;
  /** What was seen, and what would be lost; no secrets. */
  readonly facts: JsonObject;
}

export interface MachineSpec<C extends JsonObject, R, H extends R> {
  readonly id: string;
  /** Semantic version of the definition. */
  readonly version: string;
  readonly title: string;
  readonly phases: readonly Phase<C, R, H>[];
  /** Ordinary idempotent steps; a barrier over all targets stands after every step and phase. May be empty: then `undoneBy` names are only printed. */
  readonly rollback: readonly Phase<C, R, H>[];
  /** Removes what a run that has ended left behind; idempotent steps. Left out: a run that has ended can't be cleaned up by it. */
  readonly cleanup?: readonly Phase<C, R, H>[];
  /** ajv-checked by the machine's package before a run is created. */
  readonly checkChoices: (choices: JsonObject) => C;
  /** What `undoneBy: 'irreversible'` costs, for the plan; undefined where no step is irreversible. */
  readonly pointOfNoReturn?: (scope: Scope<C>) => string;
  /** Reads the world. Left out: past the point of no return there is no way back. */
  readonly loss?: (task: Task<C, R>) => Promise<Loss>;
  /** Whether the way back can do without these hosts. @throws PawlError (`E_NO_QUORUM`) with what is missing. Left out: never */
  readonly checkDead?: (choices: C, dead: readonly string[]) => void;
  /** Whether these names may be removed by `cleanup`. @throws PawlError with what stands against it. Left out: any */
  readonly checkRemove?: (scope: Scope<C>, remove: readonly string[]) => void;
  /** Where a failure before the point of no return leads. Left out: `pause`. */
  readonly onFailure?: (choices: C) => 'pause' | 'rollback';
  /** When the run must be over, RFC 3339; passing it before the point of no return is a failure. Looked at at every safe point. */
  readonly deadline?: (scope: Scope<C>) => string | undefined;
}

/** Every phase of a machine, whichever way it goes. */
export function allPhases<C extends JsonObject, R, H extends R>(
  spec: Pick<MachineSpec<C, R, H>, 'phases' | 'rollback' | 'cleanup'>,
): readonly Phase<C, R, H>[] {
  return [...spec.phases, ...spec.rollback, ...(spec.cleanup ?? [])];
}

/** A machine ready to run: made by `defineMachine`, which refuses a spec that breaks the rules of docs/architecture.md. */
export interface Machine<C extends JsonObject, R, H extends R> {
  readonly spec: MachineSpec<C, R, H>;
  /** The real xstate machine: a state per phase and step. */
  readonly xstate: AnyStateMachine;
  /** sha256 over canonical JSON of the xstate config and of every step's declarations. */
  readonly definitionHash: string;
  /** The canonical text under the hash, so that a difference can be shown. */
  readonly definition: string;
}
