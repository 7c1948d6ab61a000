import type { JsonObject } from './json';

/** What earlier steps of this run found out, read back from their outcomes. */
export interface Facts {
  /**
   * The facts of the last successful outcome of `step` (`'phase/step'`) on `target`.
   * @throws PawlError `E_FACT_MISSING` where there is none: a step that reads a fact declares an order.
   */
  of(step: string, target?: string): JsonObject;
  /** As `of`, or undefined. */
  find(step: string, target?: string): JsonObject | undefined;
  /** Facts of every target of `step`, by target. */
  all(step: string): ReadonlyMap<string, JsonObject>;
}

/** What a person has said since the run began, by name and with a reason; it is kept with the checkpoint. */
export interface Said {
  /** Hosts that will not come back: left behind by the way back. */
  readonly dead: readonly string[];
  /** What is to be removed by the cleanup under way. */
  readonly remove: readonly string[];
}

/** What a step may look at without touching the world. Two calls with equal scopes give equal answers. */
export interface Scope<C extends JsonObject> {
  /** Speakable and dated, e.g. `okd-20261124-1`. */
  readonly run: string;
  /** The operator's choices, fixed when the run was created. */
  readonly choices: C;
  readonly facts: Facts;
  /** Left out where there is no run yet: nothing was said. */
  readonly said?: Said;
}
