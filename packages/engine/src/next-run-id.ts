/** The next free name of a run: `okd-20261124-1`, speakable and dated (UTC, like the journal). Pure. */
export function nextRunId(prefix: string, date: Date, isTaken: (run: string) => boolean): string {
  const day = date.toISOString().slice(0, 10).replaceAll('-', '');
  for (let n = 1; ; n += 1) {
    const run = `${prefix}-${day}-${n}`;
    if (!isTaken(run)) return run;
  }
}
