import { canonicalJson } from './canonical';
import type { Redact } from './clean-commit';
import { definitionDifference } from './definition';
import { PawlError } from './errors';
import { factsFrom } from './facts';
import type { JsonObject } from './json';
import type { Machine } from './machine';
import { planSteps } from './plan-steps';
import type { Store } from './ports';
import { positionOf } from './position';
import type { Intent, IntentRecord, RunRecord } from './records';

// The plan that a run has begun with stands in its journal, beside its first effect: what a person has consented to, and what
// a resume is held against. The definition does not hold the commands of its steps; two builds of one version may differ in them.

/** What is to be done, in the words of the plan: by `phase/step@target`, every step that changes something, and the way back. */
type Commands = Readonly<Record<string, string>>;

/** @param first the intent that carries the plan, which rests on what was known before */
export function planBefore<R, H extends R>(
  machine: Machine<JsonObject, R, H>,
  store: Store,
  { run, choices }: Pick<RunRecord, 'run' | 'choices'>,
  first: Pick<Intent, 'phase' | 'seq'>,
): Commands {
  const facts = factsBefore(machine, store, run, first);
  const { phases, rollback } = planSteps(machine, {
    run,
    choices: machine.spec.checkChoices(choices),
    facts,
  });
  const steps = [...phases, ...rollback]
    .flatMap((phase) => phase.steps)
    .filter(({ kind }) => kind !== 'read');
  return Object.fromEntries(
    steps.flatMap(({ id, targets }) =>
      targets.map(({ target, lines }) => [`${id}@${target}`, lines.join('\n')]),
    ),
  );
}

/** The intent of the first effect, phase by phase: it is near the start of a journal that may be long. */
export function firstEffect<R, H extends R>(
  machine: Machine<JsonObject, R, H>,
  store: Store,
  run: string,
): IntentRecord | undefined {
  for (const { name: phase, steps } of machine.spec.phases) {
    const effects = steps.filter(({ kind }) => kind === 'effect').map(({ name }) => name);
    const first =
      effects.length === 0
        ? undefined
        : store.intents(run, { phase }).find(({ step }) => effects.includes(step));
    if (first !== undefined) return first;
  }
  return undefined;
}

/**
 * Refuses to go on by other commands than those that the run has begun with. Not of a way back, which any build that has its phase
 * may take; nor of a run that has no plan on record: nothing is begun in it, or it was rebuilt from its hosts.
 * @throws PawlError `E_PLAN_CHANGED` with the lines that differ
 */
export function samePlan<R, H extends R>(
  machine: Machine<JsonObject, R, H>,
  store: Store,
  record: RunRecord,
  redact: Redact = (said) => said,
): void {
  const first = firstEffect(machine, store, record.run);
  if (first === undefined || positionOf(record.checkpoint.snapshot['value']).direction !== 'forward') return;
  const before = store.journal(record.run, first.seq - 1, 1)[0]?.data['plan'];
  if (before === undefined) return;
  // As the row was written.
  const { plan: now } = redact({ plan: planBefore(machine, store, record, first) });
  if (canonicalJson(before) === canonicalJson(now)) return;
  const difference = definitionDifference(text(before as Commands), text(now as Commands));
  throw new PawlError(
    'E_PLAN_CHANGED',
    `run ${record.run} was begun by another plan than this Pawl would go on with:\n${difference.join('\n')}`,
    {
      hint: `It is another build of ${record.machineId} ${record.machineVersion}, which does other things. Go on with the one that began the run, or roll the run back, which any can.`,
      facts: { difference },
    },
  );
}

function factsBefore<R, H extends R>(
  machine: Machine<JsonObject, R, H>,
  store: Store,
  run: string,
  first: Pick<Intent, 'phase' | 'seq'>,
): ReturnType<typeof factsFrom> {
  const names = machine.spec.phases.map(({ name }) => name);
  const known: Record<string, Record<string, JsonObject>> = {};
  for (const phase of names.slice(0, names.indexOf(first.phase) + 1))
    for (const { seq, state, step, target, facts = {} } of store.intents(run, { phase }))
      if (seq < first.seq && state === 'succeeded') (known[`${phase}/${step}`] ??= {})[target] = facts;
  return factsFrom(known);
}

/** A line each, with its place, so that a difference reads by itself. */
function text(plan: Commands): string {
  return Object.entries(plan)
    .flatMap(([place, lines]) => lines.split('\n').map((line) => `${place}: ${line}`))
    .join('\n');
}
