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
import type { RunRecord } from './records';

// The plan that a run has begun with stands in its journal, beside its first effect: what a person has consented to, and what
// a resume is held against. The definition does not hold the commands of its steps; two builds of one version may differ in them.

/** What is to be done, in the words of the plan: by `phase/step@target`, every step that changes something, and the way back. */
type Commands = Readonly<Record<string, string>>;

/** @param seq number of the intent that carries the plan: it rests on what was known before */
export function planBefore<R, H extends R>(
  machine: Machine<JsonObject, R, H>,
  store: Store,
  { run, choices }: Pick<RunRecord, 'run' | 'choices'>,
  seq: number,
): Commands {
  const scope = { run, choices: machine.spec.checkChoices(choices), facts: factsBefore(store, run, seq) };
  const { phases, rollback } = planSteps(machine, scope);
  const steps = [...phases, ...rollback]
    .flatMap((phase) => phase.steps)
    .filter(({ kind }) => kind !== 'read');
  return Object.fromEntries(
    steps.flatMap(({ id, targets }) =>
      targets.map(({ target, lines }) => [`${id}@${target}`, lines.join('\n')]),
    ),
  );
}

/** Whether the run's journal holds its plan. */
export function isPlanned(store: Store, run: string): boolean {
  return recorded(store, run) !== undefined;
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
  const before = recorded(store, record.run);
  if (before === undefined || positionOf(record.checkpoint.snapshot['value']).direction !== 'forward') return;
  const now = redact(planBefore(machine, store, record, before.seq));
  if (canonicalJson(before.plan) === canonicalJson(now)) return;
  const difference = definitionDifference(text(before.plan), text(now));
  throw new PawlError(
    'E_PLAN_CHANGED',
    `run ${record.run} was begun by another plan than this Pawl would go on with:\n${difference.join('\n')}`,
    {
      hint: `It is another build of ${record.machineId} ${record.machineVersion}, which does other things. Go on with the one that began the run, or roll the run back, which any can.`,
      facts: { difference },
    },
  );
}

function recorded(
  store: Store,
  run: string,
): { readonly seq: number; readonly plan: JsonObject } | undefined {
  const row = store.journal(run).find(({ data }) => data['plan'] !== undefined);
  return row === undefined ? undefined : { seq: row.seq, plan: row.data['plan'] as JsonObject };
}

function factsBefore(store: Store, run: string, seq: number): ReturnType<typeof factsFrom> {
  const known: Record<string, Record<string, JsonObject>> = {};
  for (const intent of store.intents(run)) {
    if (intent.seq >= seq || intent.state !== 'succeeded') continue;
    (known[`${intent.phase}/${intent.step}`] ??= {})[intent.target] = intent.facts ?? {};
  }
  return factsFrom(known);
}

/** A line each, with its place, so that a difference reads by itself. */
function text(plan: JsonObject): string {
  return Object.entries(plan as Commands)
    .flatMap(([place, lines]) => lines.split('\n').map((line) => `${place}: ${line}`))
    .join('\n');
}
