import { factsFrom } from '@pawl/engine';
import type { ReadHands } from '@pawl/fleet';
import { checkSteps, withHint, type CheckFacts, type Finding } from '@pawl/steps-etcd';
import type { RestoreChoices } from './choices';
import { judge } from './judge/judge';
import { preflight } from './phases/preflight';

const GONE = 'A host that will not come back is left out: --host-dead NAME --reason WHY.';

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
  if (stopped.length === 0) return { facts, findings: judge(choices, factsFrom(facts)) };
  return { facts, findings: withHint(stopped, 'E_UNREACHABLE', GONE) };
}
