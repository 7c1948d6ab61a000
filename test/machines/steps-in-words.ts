/** A machine, as far as its steps are listed. */
interface Spec {
  readonly phases: readonly Row[];
  readonly rollback: readonly Row[];
  readonly cleanup?: readonly Row[];
}

interface Row {
  readonly name: string;
  readonly steps: readonly { readonly name: string; readonly kind: string; readonly undoneBy?: string }[];
}

/** Every phase and step of a machine, a line each: for a snapshot. */
export function stepsInWords({ phases, rollback, cleanup = [] }: Spec): string {
  const rows = [{ name: 'FORWARD', steps: [] }, ...phases, { name: 'BACK', steps: [] }, ...rollback];
  const all: readonly Row[] = [...rows, { name: 'CLEANUP', steps: [] }, ...cleanup];
  return all
    .flatMap(({ name, steps }) => [
      name,
      ...steps.map(
        (step) =>
          `  ${step.name} (${step.kind === 'read' ? 'reads' : `${step.kind}, undone by ${step.undoneBy ?? ''}`})`,
      ),
    ])
    .join('\n');
}
