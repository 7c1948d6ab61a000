import { wrongKind, type ConfigReader } from './config-reader';

/** Seconds, and null for what never expires or is not kept. */
export interface Lifetimes {
  /** `event-ttl`; 3600 if unset. */
  readonly events: number | null;
  /** `masterEndpointReconcileTTL`; 15 if unset. */
  readonly masterLeases: number | null;
  /** `accessTokenMaxAgeSeconds`; 86400 if unset, 0 means that tokens don't expire. */
  readonly accessTokens: number | null;
  /** `authorizeTokenMaxAgeSeconds`; 500 if unset. */
  readonly authorizeTokens: number | null;
  /** `controllerLeaseTTL`; 30 if unset. 0 and -1 mean that there is no election, so no lease. */
  readonly controllers: number | null;
}

export function lifetimes(at: ConfigReader): Lifetimes {
  const token = (name: string, unset: number): number | null =>
    positive(at.number(['oauthConfig', 'tokenConfig', name], unset));
  const eventTtl = at.argument('event-ttl');
  return {
    events: eventTtl === null ? 3600 : positive(goDuration(eventTtl, at.where)),
    masterLeases: positive(at.number(['kubernetesMasterConfig', 'masterEndpointReconcileTTL'], 15)),
    accessTokens: token('accessTokenMaxAgeSeconds', 86_400),
    authorizeTokens: token('authorizeTokenMaxAgeSeconds', 500),
    controllers: positive(at.number(['controllerLeaseTTL'], 30)),
  };
}

const positive = (seconds: number): number | null => (seconds >= 1 ? seconds : null);

const secondsOf = new Map([
  ['h', 3600],
  ['m', 60],
  ['s', 1],
  ['ms', 1e-3],
  ['us', 1e-6],
  ['µs', 1e-6],
  ['ns', 1e-9],
]);

/** `1h30m`, `90s`: whole seconds, rounded up, so that nothing is ever made to expire early. */
function goDuration(text: string, where: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|us|µs|ns|s)/g)];
  if (text === '0') return 0;
  if (parts.length === 0 || parts.map((part) => part[0]).join('') !== text)
    throw wrongKind(
      ['kubernetesMasterConfig', 'apiServerArguments', 'event-ttl'],
      'a duration like 1h30m',
      where,
    );
  return Math.ceil(
    parts.reduce((sum, part) => sum + Number(part[1]) * (secondsOf.get(part[2] ?? '') ?? 0), 0),
  );
}
