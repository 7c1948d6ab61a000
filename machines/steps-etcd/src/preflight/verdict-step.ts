import { StepRefused, type Facts, type JsonObject, type ReadStep } from '@pawl/engine';
import { readStep, type ReadHands } from '@pawl/fleet';
import type { ClusterChoices } from '../cluster-choices';
import { refusals, type Finding } from '../finding';

/** Judges what preflight saw. Pure: `check`, `plan` and the run's own preflight share it. */
export type Judge<C extends ClusterChoices> = (choices: C, facts: Facts) => readonly Finding[];

export function verdictStep<C extends ClusterChoices>(judge: Judge<C>): ReadStep<C, ReadHands> {
  return readStep<C>({
    name: 'verdict',
    title: 'Does anything stand in the way?',
    verify: 'no check refuses',
    deadlineMs: 10_000,
    describe: () => ['# every finding at once'],
    run: ({ choices, facts }) => Promise.resolve(refuseOrGoOn(choices, judge(choices, facts))),
  });
}

function refuseOrGoOn(choices: ClusterChoices, findings: readonly Finding[]): JsonObject {
  const against = refusals(findings);
  const [first] = against;
  if (first === undefined) return { findings };
  throw new StepRefused(
    first.code,
    against.map((f) => (f.host === null ? f.message : `${f.host}: ${f.message}`)).join('\n'),
    {
      hint: against.map((f) => f.hint ?? '').join('\n'),
      facts: { findings: against, cluster: choices.clusterName },
    },
  );
}
