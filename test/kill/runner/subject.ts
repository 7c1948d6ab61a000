import type { JsonObject, Machine } from '@pawl/engine';
import type { ReadHands, WorkHands } from '@pawl/fleet';
import type { HostEntry, Transport } from '@pawl/hosts';

/** Something that was done to a host, as a witness there wrote it down: what only looks is none. */
export interface Effect {
  readonly host: string;
  /** The command line. */
  readonly what: string;
}

/** Hosts that can be reached; their trees lie in a folder, and a copy of the folder is another world of the same state. */
export interface OpenWorld {
  /** No job runs on any host any more. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** A machine and the world it is killed in. All but the first three are of a folder alone: no host has to be up for them. */
export interface Subject {
  readonly id: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- machines differ in their choices; here they are only handed on
  readonly machine: Machine<any, ReadHands, WorkHands>;
  readonly run: string;
  readonly plantedBy: string;
  readonly closedBy: readonly string[];
  /** Under which a loss is accepted, past the point of no return. */
  readonly lossName?: string;
  /** What `cleanup` is asked to remove. A machine that has one wants this. */
  readonly removes?: readonly string[];
  /** Makes a world in an empty folder. */
  newWorld(dir: string): Promise<OpenWorld>;
  openWorld(dir: string): Promise<OpenWorld>;
  choices(dir: string): JsonObject;
  entries(dir: string): readonly HostEntry[];
  transport(dir: string, entry: HostEntry): Transport;
  /** In order, since the world was made. */
  effects(dir: string): readonly Effect[];
  /** Hosts' trees and what stands for their daemons, a line a fact; no times, no claims. */
  picture(dir: string): ReadonlyMap<string, string>;
  /** What a run that was taken back may leave. */
  isEvidence(key: string): boolean;
  /** What must never be, looked for in all effects in order: a line for each time it was. */
  brokenRules(effects: readonly Effect[], dir: string): readonly string[];
}
