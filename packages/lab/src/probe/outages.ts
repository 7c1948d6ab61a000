export interface Sample {
  readonly master: string;
  /** Milliseconds since the epoch: asked, and answered (or given up). */
  readonly asked: number;
  readonly answered: number;
  readonly ok: boolean;
}

/** From the last success before to the first success after. */
export interface Outage {
  readonly from: number;
  readonly to: number;
  readonly seconds: number;
  /** It had not ended when the probe was stopped. */
  readonly open?: true;
}

export interface OutageReport {
  readonly perMaster: Readonly<Record<string, readonly Outage[]>>;
  /** At least one master did not serve. */
  readonly any: readonly Outage[];
  /** No master served: what users of a load-balanced address saw. */
  readonly all: readonly Outage[];
  readonly samples: number;
  readonly failures: number;
}

export function outages(samples: readonly Sample[], masters: readonly string[]): OutageReport {
  const end = Math.max(0, ...samples.slice(-1000).map((sample) => sample.answered));
  const each = masters.map(
    (master) =>
      [
        master,
        ofMaster(
          samples.filter((one) => one.master === master),
          end,
        ),
      ] as const,
  );
  return {
    perMaster: Object.fromEntries(each),
    any: overlaps(
      each.map(([, list]) => list),
      1,
      end,
    ),
    all: overlaps(
      each.map(([, list]) => list),
      masters.length,
      end,
    ),
    samples: samples.length,
    failures: samples.filter((sample) => !sample.ok).length,
  };
}

function ofMaster(samples: readonly Sample[], end: number): Outage[] {
  const found: Outage[] = [];
  let lastSuccess = samples[0]?.asked ?? end;
  let failing = false;
  for (const sample of [...samples].sort((a, b) => a.answered - b.answered)) {
    if (sample.ok) {
      if (failing) found.push(outage(lastSuccess, sample.answered));
      lastSuccess = sample.answered;
      failing = false;
    } else failing = true;
  }
  if (failing) found.push({ ...outage(lastSuccess, end), open: true });
  return found;
}

/** The spans in which at least `atLeast` of the lists have an outage. */
function overlaps(lists: readonly (readonly Outage[])[], atLeast: number, end: number): Outage[] {
  const edges = lists
    .flat()
    .flatMap(({ from, to, open }) => [
      { at: from, step: 1 },
      { at: open === true ? end + 1 : to, step: -1 },
    ])
    .sort((a, b) => a.at - b.at || b.step - a.step);
  const found: Outage[] = [];
  let depth = 0;
  let from: number | undefined;
  for (const { at, step } of edges) {
    depth += step;
    if (from === undefined && depth >= atLeast) from = at;
    else if (from !== undefined && depth < atLeast) {
      found.push(outage(from, Math.min(at, end), at > end));
      from = undefined;
    }
  }
  return found;
}

function outage(from: number, to: number, open = false): Outage {
  return { from, to, seconds: (to - from) / 1000, ...(open ? { open } : {}) };
}
