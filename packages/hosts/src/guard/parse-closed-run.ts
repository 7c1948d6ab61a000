/** What a run left on a host when its fence was closed there; the last time, where it was closed more than once. */
export interface ClosedRun {
  readonly run: string;
  /** `completed`, `rolled-back`, `abandoned` (opened by name). */
  readonly outcome: string;
  readonly claim: string;
  readonly owner: string;
  /** RFC 3339, by the host's clock. */
  readonly at: string;
  /** Of an abandoned one: who opened its fence, and why. */
  readonly by?: string;
  readonly reason?: string;
}

/** The text of `/var/lib/pawl/runs/RUN/closed`: a block of lines for each closing, each beginning with its outcome. */
export function parseClosedRun(run: string, record: string): ClosedRun {
  const all = record.split('\n');
  const lines = all.slice(
    Math.max(
      0,
      all.findLastIndex((line) => line.startsWith('outcome ')),
    ),
  );
  const told = (name: string): string | undefined =>
    lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1);
  const [outcome = '', claim = '', owner = '', at = ''] = ['outcome', 'claim', 'owner', 'at'].map(told);
  const [by, reason] = [told('by'), told('reason')];
  return {
    ...{ run, outcome, claim, owner, at },
    ...(by !== undefined && { by }),
    ...(reason !== undefined && { reason }),
  };
}
