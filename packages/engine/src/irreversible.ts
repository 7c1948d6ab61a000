import type { Step } from './step';

/** Nothing takes it back: whoever has begun it is past the point of no return. */
export function isIrreversible(
  step: Pick<Step<never, never, never>, 'kind'> & { readonly undoneBy?: string },
): boolean {
  return step.kind !== 'read' && step.undoneBy === 'irreversible';
}

interface SomePhase {
  readonly name: string;
  readonly steps: readonly (Parameters<typeof isIrreversible>[0] & { readonly name: string })[];
}

/** `'phase/step'`, where there is one. */
export function firstIrreversible(phases: readonly SomePhase[]): string | undefined {
  return phases
    .flatMap(({ name, steps }) => steps.map((step) => ({ id: `${name}/${step.name}`, step })))
    .find(({ step }) => isIrreversible(step))?.id;
}
