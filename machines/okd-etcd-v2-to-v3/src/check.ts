import {
  factsFrom,
  NO_TARGET,
  PawlError,
  type Facts,
  type JsonObject,
  type ReadStep,
  type Task,
} from '@pawl/engine';
import type { ReadHands } from '@pawl/fleet';
import { alreadyMigrated, type AlreadyMigrated } from './already-migrated';
import type { OkdChoices } from './choices';
import { masterFacts } from './facts';
import { refuse, type Finding } from './finding';
import { judge, judgeFences } from './judge/judge';
import { preflight } from './phases/preflight';

/** By `'phase/step'`, then by target. */
export type CheckFacts = Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;

export interface CheckReport {
  /** Every finding at once; empty where nothing stands in the way. */
  readonly findings: readonly Finding[];
  readonly facts: CheckFacts;
  readonly alreadyCompleted?: AlreadyMigrated;
}

/**
 * Runs the machine's own preflight steps outside of a run. Reads only, by type: its hands can't change anything.
 * A host that can't be asked is a finding; what depends on it is left out. Where another run holds a host, that is all there is
 * to say: what else is seen is what that run has made of it.
 */
export async function check(
  choices: OkdChoices,
  hands: ReadHands,
  signal: AbortSignal = new AbortController().signal,
): Promise<CheckReport> {
  const facts: Record<string, Record<string, JsonObject>> = {};
  const unasked: Finding[] = [];
  for (const step of preflight.steps) {
    if (step.kind !== 'read' || step.name === 'verdict') continue;
    // It speaks for all hosts, so all must have been asked.
    if (step.targets === undefined && unasked.length > 0) break;
    const asked = await lookAtAll(step, choices, facts, unreached(unasked, facts), { hands, signal });
    unasked.push(...asked.unasked);
    facts[`preflight/${step.name}`] = asked.found;
    const held = step.name === 'fences' ? judgeFences(asked.found) : [];
    if (held.length > 0) return { findings: held, facts };
  }
  if (unasked.length > 0) return { findings: unasked, facts };
  const already = await alreadyMigrated(choices, factsFrom(facts), hands);
  return {
    // What a migration leaves is what refuses another one: once it is explained, it is no finding.
    findings:
      already?.agrees === true
        ? []
        : [...disagreement(choices, factsFrom(facts), already), ...judge(choices, factsFrom(facts))],
    facts,
    ...(already === undefined ? {} : { alreadyCompleted: already }),
  };
}

/**
 * Some of what a completed migration leaves is there, and some is not: told as a whole, so that a person can judge. Where every
 * master is on v2, the v3 data is what has to be explained, and its own finding does.
 */
function disagreement(
  { masters }: OkdChoices,
  facts: Facts,
  already: AlreadyMigrated | undefined,
): readonly Finding[] {
  if (already === undefined) return [];
  if (masters.every(({ name }) => masterFacts({ facts }, name).config?.backend === 'v2')) return [];
  return [
    refuse(
      'E_EVIDENCE',
      null,
      `it looks migrated, but what was found does not agree: ${already.told.join('; ')}`,
      'Where somebody removed /var/lib/pawl, put it back. Where the cluster was migrated without Pawl, and every master serves from v3, there is nothing to migrate. Else find out who began it: whoever did has the backups.',
    ),
  ];
}

/** Hosts that did not even answer the first question: the others would end alike. */
function unreached(unasked: readonly Finding[], facts: CheckFacts): ReadonlySet<string> {
  const answered = facts['preflight/fences'] ?? {};
  return new Set(unasked.flatMap(({ host }) => (host === null || host in answered ? [] : [host])));
}

async function lookAtAll(
  step: ReadStep<OkdChoices, ReadHands>,
  choices: OkdChoices,
  facts: CheckFacts,
  without: ReadonlySet<string>,
  means: Pick<Asked, 'hands' | 'signal'>,
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

type Asked = Pick<Task<OkdChoices, ReadHands>, 'run' | 'choices' | 'facts' | 'target' | 'hands' | 'signal'>;

async function lookOnce(
  step: ReadStep<OkdChoices, ReadHands>,
  asked: Asked,
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
