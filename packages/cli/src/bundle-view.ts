import { positionOf, reasonFrom, type BundleHeader } from '@pawl/engine';
import { reasonView, type ReasonView } from './reason-view';

/** What a bundle says of its run, beside the rows. */
export interface BundleView {
  readonly file: string;
  readonly run: string;
  /** Program and version. */
  readonly madeBy: string;
  readonly madeAt: string;
  readonly machine: string;
  readonly machineVersion: string;
  readonly definitionHash: string;
  /** As the records had it: whether its owner was alive nobody can say from here. */
  readonly state: string;
  readonly phase: string;
  readonly step: string | null;
  readonly reason: ReasonView | null;
  readonly owner: string;
  readonly database: string;
  /** Rows whose content was cleaned of secrets when it was exported. */
  readonly cleaned: readonly number[];
}

export function bundleView(file: string, header: BundleHeader, cleaned: readonly number[]): BundleView {
  const { record, madeBy, madeAt } = header;
  const at = positionOf(record.checkpoint.snapshot['value']);
  const { owner } = record.claim;
  return {
    file,
    run: record.run,
    madeBy,
    madeAt,
    machine: record.machineId,
    machineVersion: record.machineVersion,
    definitionHash: record.definitionHash,
    state: record.state,
    phase: at.direction === 'ended' ? at.ended : at.phase,
    step: at.direction === 'ended' ? null : at.step,
    reason: reasonView(reasonFrom(record.reason)),
    owner: owner.who,
    database: owner.database,
    cleaned,
  };
}
