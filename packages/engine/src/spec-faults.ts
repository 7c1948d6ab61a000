import { isIrreversible } from './irreversible';
import type { JsonObject } from './json';
import { allPhases, type MachineSpec, type Phase } from './machine';
import { UNDO_WORDS, type Step } from './step';

type Spec = MachineSpec<JsonObject, unknown, unknown>;
type AnyPhase = Phase<JsonObject, unknown, unknown>;
type AnyStep = Step<JsonObject, unknown, unknown>;

const KEBAB = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
/** Names of states that the phases and steps stand beside. */
const TAKEN = ['done'];

/** Everything that is wrong with a spec, each with its place; empty if it can be built. */
export function specFaults(spec: Spec): readonly string[] {
  return [
    ...nameFaults('machine', [spec.id]),
    ...(spec.phases.length === 0 ? ['the machine has no phases'] : []),
    ...nameFaults(
      'phase',
      allPhases(spec).map((phase) => phase.name),
    ),
    ...allPhases(spec).flatMap(phaseFaults),
    ...[...spec.rollback, ...(spec.cleanup ?? [])].flatMap(laterPhaseFaults),
    ...spec.phases.flatMap((phase) => oneShotFaults(spec, phase)),
    ...(spec.rollback.length > 0 ? wayBackFaults(spec) : []),
    ...costFaults(spec),
  ];
}

function nameFaults(what: string, names: readonly string[]): readonly string[] {
  return names.flatMap((name, index) => [
    ...(KEBAB.test(name) ? [] : [`${what} ${name}: the name is not kebab-case`]),
    ...(TAKEN.includes(name) ? [`${what} ${name}: the name is taken by the engine`] : []),
    ...(names.indexOf(name) === index ? [] : [`${what} ${name}: the name is used twice`]),
  ]);
}

function phaseFaults(phase: AnyPhase): readonly string[] {
  return [
    ...(phase.steps.length === 0 ? [`phase ${phase.name}: it has no steps`] : []),
    ...nameFaults(
      `step ${phase.name}/`,
      phase.steps.map((step) => step.name),
    ),
    ...phase.steps.flatMap((step) => numberFaults(`step ${phase.name}/${step.name}`, step)),
  ];
}

function numberFaults(where: string, step: AnyStep): readonly string[] {
  const { concurrency = 1, retry, deadlineMs } = step;
  return [
    ...(deadlineMs > 0 && deadlineMs < 2 ** 31
      ? []
      : [`${where}: deadlineMs ${deadlineMs} is not in 1 … 2^31`]),
    ...(Number.isInteger(concurrency) && concurrency > 0
      ? []
      : [`${where}: concurrency ${concurrency} is below 1`]),
    ...(retry === undefined || (Number.isInteger(retry.attempts) && retry.attempts > 0)
      ? []
      : [`${where}: retry.attempts ${retry.attempts} is below 1`]),
    ...(retry === undefined || (retry.delayMs >= 0 && (retry.factor ?? 1) >= 1)
      ? []
      : [`${where}: retry waits must not be negative nor shrink`]),
  ];
}

function laterPhaseFaults(phase: AnyPhase): readonly string[] {
  return [
    ...(phase.rollbackAt === undefined
      ? []
      : [`phase ${phase.name}: a phase of the way back or of the cleanup has no rollbackAt`]),
    ...phase.steps
      .filter((step) => step.kind === 'one-shot')
      .map(
        (step) =>
          `step ${phase.name}/${step.name}: a step of the way back or of the cleanup is idempotent, never one-shot`,
      ),
  ];
}

function oneShotFaults(spec: Spec, phase: AnyPhase): readonly string[] {
  const order = spec.phases.flatMap((each) => each.steps.map((step) => `${each.name}/${step.name}`));
  return phase.steps.flatMap((step) => {
    if (step.kind !== 'one-shot') return [];
    const id = `${phase.name}/${step.name}`;
    const at = order.indexOf(step.startOverAt);
    if (at === -1) return [`step ${id}: startOverAt ${step.startOverAt} is no forward step`];
    return at < order.indexOf(id)
      ? []
      : [`step ${id}: startOverAt ${step.startOverAt} does not come before it`];
  });
}

/** Where a machine can go back, every phase after the first change says where, and every undo is performed from there on. */
function wayBackFaults(spec: Spec): readonly string[] {
  const entries = spec.rollback.map((phase) => phase.name);
  let changed = false;
  let earliest = Infinity;
  return spec.phases.flatMap((phase) => {
    const at = phase.rollbackAt === undefined ? undefined : entries.indexOf(phase.rollbackAt);
    changed ||= phase.steps.some((step) => step.kind !== 'read' && step.undoneBy !== 'nothing changed');
    if (at === undefined) {
      return changed
        ? [`phase ${phase.name}: something was changed by then, and it names no rollbackAt`]
        : [];
    }
    if (at === -1)
      return [`phase ${phase.name}: rollbackAt ${String(phase.rollbackAt)} is no rollback phase`];
    const late = at > earliest;
    earliest = Math.min(at, earliest);
    return [
      ...(late ? [`phase ${phase.name}: its rollback enters after that of a phase before it`] : []),
      ...phase.steps.flatMap((step) => undoFaults(spec, `${phase.name}/${step.name}`, step, at)),
    ];
  });
}

function undoFaults(spec: Spec, id: string, step: AnyStep, entry: number): readonly string[] {
  if (step.kind === 'read' || UNDO_WORDS.some((word) => word === step.undoneBy)) return [];
  const [name, undo] = step.undoneBy.split('/');
  const at = spec.rollback.findIndex((phase) => phase.name === name);
  if (!(spec.rollback[at]?.steps.some((each) => each.name === undo) ?? false)) {
    return [
      `step ${id}: undoneBy ${step.undoneBy} is neither a rollback step nor one of ${UNDO_WORDS.join(', ')}`,
    ];
  }
  return at >= entry
    ? []
    : [`step ${id}: undoneBy ${step.undoneBy} stands before the phase its rollback enters at`];
}

function costFaults(spec: Spec): readonly string[] {
  const irreversible = spec.phases.some((phase) => phase.steps.some(isIrreversible));
  return irreversible && spec.pointOfNoReturn === undefined
    ? ['a step is irreversible, and pointOfNoReturn does not say what that costs']
    : [];
}
