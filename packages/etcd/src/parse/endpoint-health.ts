import { textOf, type Told } from './complaint';
export interface EndpointHealth {
  readonly endpoint: string;
  readonly healthy: boolean;
  readonly said: string;
}

/**
 * API 3, `endpoint health`, plain: 3.1 prints all on stdout and exits 0 whatever it found, 3.2 the healthy ones on stdout and
 * the others on stderr, 3.3 and 3.4 all on stderr. So both are read and the exit status is not.
 */
export function parseEndpointHealth(result: Pick<Told, 'stdout' | 'stderr'>): readonly EndpointHealth[] {
  return `${textOf(result.stdout)}\n${textOf(result.stderr)}`.split('\n').flatMap((line) => {
    const found = /^(https?:\/\/\S+) is (healthy|unhealthy): (.*)$/.exec(line);
    return found?.[1] === undefined
      ? []
      : [{ endpoint: found[1], healthy: found[2] === 'healthy', said: found[3] ?? '' }];
  });
}
