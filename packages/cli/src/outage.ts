import type { Outage } from './machines';

/** Whole seconds of an outage, up to its end or, while it lasts, to `now`; null where none has begun. */
export function outageSeconds(outage: Outage, now: Date): number | null {
  if (outage.startedAt === undefined) return null;
  const end = outage.endedAt === undefined ? now.getTime() : Date.parse(outage.endedAt);
  return Math.max(0, Math.round((end - Date.parse(outage.startedAt)) / 1000));
}
