import { factsFrom } from '@pawl/engine';
import type { ReadHands } from '@pawl/fleet';
import { checkSteps, type CheckFacts, type Finding } from '@pawl/steps-etcd';
import type { RestoreChoices } from './choices';
import { judge } from './judge/judge';
import { preflight } from './phases/preflight';

export interface CheckReport {
  /** Every finding at once; empty where nothing stands in the way. */
  readonly findings: readonly Finding[];
  readonly facts: CheckFacts;
}

/** Runs the machine's own preflight steps outside of a run, and judges what they saw. Reads only. */
export async function check(
  choices: RestoreChoices,
  hands: ReadHands,
  signal: AbortSignal = new AbortController().signal,
): Promise<CheckReport> {
  const { facts, stopped } = await checkSteps(preflight.steps, choices, hands, signal);
  return { facts, findings: stopped.length > 0 ? stopped : judge(choices, factsFrom(facts)) };
}
