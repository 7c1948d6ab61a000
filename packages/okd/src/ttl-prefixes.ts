import type { ConfigFacts } from './config/config-facts';

/** One of the five places in which the published procedure re-attaches TTLs, and how long its keys live. Seconds. */
export interface TtlPrefix {
  /** As keys begin, with a slash behind: `/kubernetes.io/events/`. */
  readonly prefix: string;
  /** The key itself, where OpenShift 3.6 keeps one key there rather than a folder. */
  readonly leaf: string | null;
  /** In the published procedure. */
  readonly documented: number;
  /** In this cluster's configuration; null where that says that such keys don't expire, or aren't kept. */
  readonly configured: number | null;
  /** Where `configured` comes from. */
  readonly setting: string;
}

/** For `--ttl documented` and `--ttl configured`; the configuration is that of the first master. */
export function ttlPrefixes({
  prefixes,
  lifetimes,
}: Pick<ConfigFacts, 'prefixes' | 'lifetimes'>): readonly TtlPrefix[] {
  const folder = (prefix: string): Pick<TtlPrefix, 'prefix' | 'leaf'> => ({
    prefix: `${prefix}/`,
    leaf: null,
  });
  return [
    {
      ...folder(`${prefixes.kubernetes}/events`),
      documented: 3600,
      configured: lifetimes.events,
      setting: 'kubernetesMasterConfig.apiServerArguments.event-ttl',
    },
    {
      ...folder(`${prefixes.kubernetes}/masterleases`),
      documented: 10,
      configured: lifetimes.masterLeases,
      setting: 'kubernetesMasterConfig.masterEndpointReconcileTTL',
    },
    {
      ...folder(`${prefixes.openshift}/oauth/accesstokens`),
      documented: 86_400,
      configured: lifetimes.accessTokens,
      setting: 'oauthConfig.tokenConfig.accessTokenMaxAgeSeconds',
    },
    {
      ...folder(`${prefixes.openshift}/oauth/authorizetokens`),
      documented: 500,
      configured: lifetimes.authorizeTokens,
      setting: 'oauthConfig.tokenConfig.authorizeTokenMaxAgeSeconds',
    },
    {
      ...folder(`${prefixes.openshift}/leases/controllers`),
      // The tool of the published procedure looks behind a slash and never finds it.
      leaf: `${prefixes.openshift}/leases/controllers`,
      documented: 10,
      configured: lifetimes.controllers,
      setting: 'controllerLeaseTTL',
    },
  ];
}
