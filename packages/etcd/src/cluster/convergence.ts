import type { ReadHost } from '@pawl/hosts';
import type { Asked } from '../cli/etcdctl';
import type { EndpointStatus } from '../parse/endpoint-status';
import { endpointStatus } from './ask';

export interface Convergence {
  readonly converged: boolean;
  /** Why not, in words for people. */
  readonly reason: string | null;
  /** Highest less lowest applied raft index. */
  readonly spread: number;
  readonly leaderEndpoint: string | null;
  readonly statuses: readonly EndpointStatus[];
}

/**
 * One quick sample of all members in one call. With TTL keys the index moves twice a second by itself, so a difference of one
 * is the best that can be had; take another sample where it says no.
 */
export async function sampleConvergence(
  host: ReadHost,
  settings: Asked,
  endpoints: readonly string[],
): Promise<Convergence> {
  return judgeConvergence(await endpointStatus(host, settings, endpoints), endpoints);
}

export function judgeConvergence(
  statuses: readonly EndpointStatus[],
  endpoints: readonly string[],
): Convergence {
  const indices = statuses.map((status) => status.raftIndex);
  const spread = indices.length === 0 ? 0 : Math.max(...indices) - Math.min(...indices);
  const leaders = new Set(statuses.map((status) => status.leader));
  const [leader] = leaders;
  const leading = leader === undefined ? undefined : statuses.find((status) => status.memberId === leader);
  const silent = endpoints.filter((endpoint) => !statuses.some((status) => status.endpoint === endpoint));
  const reason =
    silent.length > 0
      ? `no answer from ${silent.join(', ')}`
      : statuses.some((status) => status.leader === undefined)
        ? 'a member knows of no leader'
        : leaders.size !== 1 || leading === undefined
          ? 'the members name different leaders'
          : new Set(statuses.map((status) => status.clusterId)).size !== 1
            ? 'the members are of different clusters'
            : spread > 1
              ? `raft indices differ by ${spread}`
              : null;
  return { converged: reason === null, reason, spread, leaderEndpoint: leading?.endpoint ?? null, statuses };
}
