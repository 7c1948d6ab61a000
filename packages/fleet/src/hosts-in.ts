import type { JsonObject } from '@pawl/engine';

/** The host names in facts `{hosts: […]}`; none where there are no facts. */
export function hostsIn(facts: JsonObject | undefined): readonly string[] {
  const hosts = facts?.['hosts'];
  return Array.isArray(hosts) ? hosts.filter((host) => typeof host === 'string') : [];
}
