interface Spec {
  readonly phases: readonly Row[];
  readonly rollback: readonly Row[];
  readonly cleanup?: readonly Row[];
}

interface Row {
  readonly name: string;
  readonly steps: readonly { readonly name: string; readonly kind: string; readonly leftOpen?: string }[];
}

/** Steps of a machine that change something and do not say how it is decided what became of them: there must be none. */
export function withoutAnswer({ phases, rollback, cleanup = [] }: Spec): readonly string[] {
  return [...phases, ...rollback, ...cleanup].flatMap(({ name, steps }) =>
    steps
      .filter(({ kind, leftOpen = '' }) => kind !== 'read' && leftOpen === '')
      .map((step) => `${name}/${step.name}`),
  );
}
