/** What a run left on a host when its fence was closed there; as it was last, where it was closed more than once. */
export interface ClosedRun {
  readonly run: string;
  /** `completed`, `rolled-back`, `abandoned` (opened by name). */
  readonly outcome: string;
  readonly claim: string;
  readonly owner: string;
  /** When it came to that end, RFC 3339, by the host's clock: a cleanup, which closes it once more, changes nothing of it. */
  readonly at: string;
  /** Of an abandoned one: who opened its fence, and why. */
  readonly by?: string;
  readonly reason?: string;
}

/** The text of `/var/lib/pawl/runs/RUN/closed`: a block of lines for each closing, each beginning with its outcome. */
export function parseClosedRun(run: string, record: string): ClosedRun {
  const closings = record.split(/^(?=outcome )/m);
  const told = (name: string, closing = closings.at(-1) ?? ''): string | undefined =>
    new RegExp(`^${name} (.*)$`, 'm').exec(closing)?.[1];
  const [outcome = '', claim = '', owner = ''] = ['outcome', 'claim', 'owner'].map((name) => told(name));
  const other = closings.findLastIndex((closing) => told('outcome', closing) !== told('outcome'));
  const at = told('at', closings[other + 1]) ?? '';
  const [by, reason] = [told('by'), told('reason')];
  return {
    ...{ run, outcome, claim, owner, at },
    ...(by !== undefined && { by }),
    ...(reason !== undefined && { reason }),
  };
}
