import type { RunResult } from '@pawl/engine';
import type { CheckFinding } from './machines';
import type { OfferedChoice } from './offered-choices';
import type { ReasonView } from './reason-view';

/** How a call that drives a run ended, as data. */
export interface ResultView {
  readonly run: string | null;
  readonly outcome: RunResult['outcome'] | 'already-completed' | 'already-rolled-back' | 'left';
  readonly changed: boolean;
  readonly phase: string | null;
  readonly step: string | null;
  readonly reason: ReasonView | null;
  readonly choices: readonly OfferedChoice[];
  readonly outageSeconds: number | null;
  /** Of a run that has ended: what was done, a sentence each. */
  readonly conclusion: readonly string[];
  readonly next: string | null;
  /** Where the run can go on or go back: the command that goes back. */
  readonly otherwise: string | null;
  readonly log: string | null;
  /** Of a completed run that checks: what it has found. */
  readonly findings?: readonly CheckFinding[];
}
