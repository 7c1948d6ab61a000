import type { PlannedPhase } from '@pawl/engine';

/** The plan as data: what `plan --json` prints and what is shown before consent. */
export interface PlanView {
  /** The name that the run would get. */
  readonly run: string;
  readonly title: string;
  readonly machine: string;
  readonly version: string;
  readonly definitionHash: string;
  readonly hosts: readonly string[];
  readonly dataBytes: number | null;
  readonly keys: number | null;
  /** What users of the cluster will notice. */
  readonly notices: readonly string[];
  readonly chosen: Chosen;
  readonly phases: readonly PlannedPhase[];
  /** The phases of the way back; empty where the machine has none yet. */
  readonly rollback: readonly PlannedPhase[];
  readonly pointOfNoReturn: PointOfNoReturn | null;
  /** Of a restore: the backup that it takes (`HOST:DIR`), and the name by which the loss is accepted. */
  readonly restore: { readonly from: string; readonly name: string } | null;
}

export interface PointOfNoReturn {
  /** What it is accepted by. */
  readonly name: string;
  /** `'phase/step'` */
  readonly at: string;
  readonly cost: string;
}

/** What the operator has chosen for this run, or left as it is by default. */
export interface Chosen {
  /** Where a failure before the point of no return leads. */
  readonly onFailure: 'pause' | 'rollback';
  readonly maxOutageSeconds: number | null;
  /** How long keys that had a TTL live; null where the machine knows no such thing. */
  readonly ttl: string | null;
  readonly pauseBefore: string | null;
}
