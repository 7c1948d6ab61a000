import type { V2 } from './model/member-data';
import { EMPTY_V2, setV2 } from './model/v2-store';

/**
 * Some of each kind that has hurt somebody. Times are long enough for the longest campaign: what is done does not depend on how fast
 * it is done.
 */
export function filledV2(now: number): V2 {
  return ENTRIES.reduce(
    (v2, [key, value, ttlSeconds]) =>
      setV2(
        v2,
        key,
        { ...(value !== null && { value }), ...(ttlSeconds !== undefined && { ttlMs: ttlSeconds * 1000 }) },
        now,
      ),
    EMPTY_V2,
  );
}

const DAY = 86_400;

const ENTRIES: readonly (readonly [key: string, value: string | null, ttlSeconds?: number])[] = [
  ['/kubernetes.io/namespaces/default', '{"kind":"Namespace","metadata":{"name":"default"}}'],
  ['/kubernetes.io/namespaces/kube-system', '{"kind":"Namespace","metadata":{"name":"kube-system"}}'],
  ['/kubernetes.io/configmaps/default/unicode-äöü-🚀', 'Grüße, こんにちは\u2028'],
  [`/kubernetes.io/configmaps/default/quotes "double" 'single' \\back`, 'He said "hi" \\ $HOME %s\nline 2'],
  ['/kubernetes.io/configmaps/default/empty', ''],
  ['/kubernetes.io/_hidden/below', 'hidden'],
  ['/openshift.io/an-empty-directory', null],
  ['/openshift.io/oauth/accesstokens/CANARYaccessTokenCANARY', '{"kind":"OAuthAccessToken"}', 30 * DAY],
  [
    '/openshift.io/oauth/authorizetokens/CANARYauthorizeTokenCANARY',
    '{"kind":"OAuthAuthorizeToken"}',
    5 * DAY,
  ],
  ['/kubernetes.io/events/default/one', '{"kind":"Event"}', 2 * DAY],
  ['/kubernetes.io/events/default/two', '{"kind":"Event"}', 2 * DAY + 20],
  ['/openshift.io/ttl-directory', null, 10 * DAY],
  ['/openshift.io/ttl-directory/deep/one', 'goes with its directory'],
  ['/openshift.io/ttl-directory/sooner', 'goes before its directory', 9 * DAY],
];
