import type { Scope } from '@pawl/engine';
import type { OkdChoices } from './choices';

/** When the outage has lasted as long as the operator let it; undefined while there is none, or no bound. RFC 3339. */
export function deadline({ choices, facts }: Scope<OkdChoices>): string | undefined {
  if (choices.maxOutageSeconds === null) return undefined;
  const since = facts.find('stop-masters/clock')?.['startedAt'];
  if (typeof since !== 'string') return undefined;
  return new Date(Date.parse(since) + choices.maxOutageSeconds * 1000).toISOString();
}
