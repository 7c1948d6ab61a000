import type { AnyStateMachine } from 'xstate';
import type { JsonObject } from './json';
import type { Scope } from './scope';
import type { Step } from './step';

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

export interface MachineSpec<C extends JsonObject, R, H extends R> {
  readonly id: string;
  /** Semantic version of the definition. */
  readonly version: string;
  readonly title: string;
  readonly phases: readonly Phase<C, R, H>[];
  /** Ordinary idempotent steps; a barrier over all targets stands after every step and phase. May be empty: then `undoneBy` names are only printed. */
  readonly rollback: readonly Phase<C, R, H>[];
  /** ajv-checked by the machine's package before a run is created. */
  readonly checkChoices: (choices: JsonObject) => C;
  /** What `undoneBy: 'irreversible'` costs, for the plan; undefined where no step is irreversible. */
  readonly pointOfNoReturn?: (scope: Scope<C>) => string;
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
