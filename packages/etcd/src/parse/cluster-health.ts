import { unexpectedOutput } from '../errors';

export interface MemberHealth {
  /** Hex. */
  readonly id: string;
  readonly state: 'healthy' | 'unhealthy' | 'unreachable' | 'unstarted';
  /** Where a healthy or unhealthy member answered. */
  readonly url?: string;
}

export interface ClusterHealth {
  /** As the cluster names them; empty where it could not be asked. In no fixed order. */
  readonly members: readonly MemberHealth[];
}

/**
 * The lines of API 2's `cluster-health`. Its own verdict and exit status are not looked at: 3.1 and 3.2 say
 * `cluster is healthy`, exit 0, when one member of three is.
 */
export function parseClusterHealth(stdout: string): ClusterHealth {
  const members: MemberHealth[] = [];
  for (const line of stdout.split('\n')) {
    const member = MEMBER.exec(line);
    if (member?.[1] !== undefined)
      members.push(memberHealth(member[1], member[2] ?? '', member[3] ?? '', line));
    else if (!KNOWN.some((known) => known.test(line))) throw unexpectedOutput('etcdctl cluster-health', line);
  }
  return { members };
}

/** Every member that the cluster names is healthy, and they are as many as expected. */
export function allHealthy(health: ClusterHealth, expected: number): boolean {
  return health.members.length === expected && health.members.every((member) => member.state === 'healthy');
}

const MEMBER = /^member ([0-9a-f]+) is (healthy|unhealthy|unreachable): (.*)$/;

const KNOWN = [
  /^$/,
  /^cluster is (?:healthy|degraded|unhealthy|unavailable)$/,
  /^cluster may be unhealthy: failed to list members$/,
  /^failed to check the health of member [0-9a-f]+ on /,
];

function memberHealth(id: string, word: string, rest: string, line: string): MemberHealth {
  if (word === 'unreachable') {
    return { id, state: rest === 'no available published client urls' ? 'unstarted' : 'unreachable' };
  }
  const url = /^got (?:healthy|unhealthy) result from (\S+)$/.exec(rest)?.[1];
  if (url === undefined) throw unexpectedOutput('etcdctl cluster-health', line);
  return { id, state: word === 'healthy' ? 'healthy' : 'unhealthy', url };
}
