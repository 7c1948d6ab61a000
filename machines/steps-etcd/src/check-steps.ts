import {
  factsFrom,
  NO_TARGET,
  PawlError,
  type JsonObject,
  type ReadStep,
  type Step,
  type Task,
} from '@pawl/engine';
import type { ReadHands, WorkHands } from '@pawl/fleet';
import type { ClusterChoices } from './cluster-choices';
import { refuse, type Finding } from './finding';
import { judgeFences } from './judge/judge-fences';

/** By `'phase/step'`, then by target. */
export type CheckFacts = Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;

export interface Looked {
  readonly facts: CheckFacts;
  /** What ends a check: hosts that could not be asked, or that another run holds. Empty where everything was seen. */
  readonly stopped: readonly Finding[];
}

/**
 * Runs a machine's own preflight steps outside of a run. Reads only, by type: its hands can't change anything.
 * A host that can't be asked is a finding; what depends on it is left out. Where another run holds a host, that is all there is
 * to say: what else is seen is what that run has made of it.
 */
export async function checkSteps<C extends ClusterChoices>(
  steps: readonly Step<C, ReadHands, WorkHands>[],
  choices: C,
  hands: ReadHands,
  signal: AbortSignal,
): Promise<Looked> {
  const facts: Record<string, Record<string, JsonObject>> = {};
  const unasked: Finding[] = [];
  for (const step of steps) {
    if (step.kind !== 'read' || step.name === 'verdict') continue;
    // It speaks for all hosts, so all must have been asked.
    if (step.targets === undefined && unasked.length > 0) break;
    const asked = await lookAtAll(step, choices, facts, unreached(unasked, facts), { hands, signal });
    unasked.push(...asked.unasked);
    facts[`preflight/${step.name}`] = asked.found;
    const held = step.name === 'fences' ? judgeFences(asked.found) : [];
    if (held.length > 0) return { stopped: held, facts };
  }
  return { stopped: unasked, facts };
}

/** Hosts that did not even answer the first question: the others would end alike. */
function unreached(unasked: readonly Finding[], facts: CheckFacts): ReadonlySet<string> {
  const answered = facts['preflight/fences'] ?? {};
  return new Set(unasked.flatMap(({ host }) => (host === null || host in answered ? [] : [host])));
}

async function lookAtAll<C extends ClusterChoices>(
  step: ReadStep<C, ReadHands>,
  choices: C,
  facts: CheckFacts,
  without: ReadonlySet<string>,
  means: Pick<Asked<C>, 'hands' | 'signal'>,
): Promise<{ readonly found: Record<string, JsonObject>; readonly unasked: readonly Finding[] }> {
  const scope = { run: CHECK, choices, facts: factsFrom(facts) };
  const targets = (step.targets?.(scope) ?? [NO_TARGET]).filter((target) => !without.has(target));
  const looks = await Promise.all(
    targets.map(async (target) => ({ target, seen: await lookOnce(step, { ...scope, target, ...means }) })),
  );
  // In the order of the inventory, not of the answers.
  return {
    found: Object.fromEntries(
      looks.flatMap(({ target, seen }) => ('code' in seen ? [] : [[target, seen.facts]])),
    ),
    unasked: looks.flatMap(({ seen }) => ('code' in seen ? [seen] : [])),
  };
}

/** No run has this name: a fence found while checking is always somebody else's. */
const CHECK = 'check';

type Asked<C extends ClusterChoices> = Pick<
  Task<C, ReadHands>,
  'run' | 'choices' | 'facts' | 'target' | 'hands' | 'signal'
>;

async function lookOnce<C extends ClusterChoices>(
  step: ReadStep<C, ReadHands>,
  asked: Asked<C>,
): Promise<{ facts: JsonObject } | Finding> {
  try {
    const intent = {
      id: `${CHECK}.${step.name}`,
      run: CHECK,
      seq: 0,
      phase: 'preflight',
      step: step.name,
      target: asked.target,
      attempt: 1,
    };
    return { facts: await step.run({ ...asked, intent, progress: () => undefined }) };
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') throw error;
    if (error instanceof PawlError && error.code === 'E_FACT_MISSING') throw error;
    const hint =
      'hint' in error && typeof error.hint === 'string' ? error.hint : 'Repair this, then check again.';
    return refuse(error.code, asked.target === NO_TARGET ? null : asked.target, error.message, hint);
  }
}
