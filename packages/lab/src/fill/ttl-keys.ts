import type { FillContext, FillEntry } from './fill-entry';

/** The coming ten minutes: in each second of them something runs out, as on a real cluster. */
const windowSeconds = 600;

/** The five prefixes whose TTLs OKD re-attaches after a migration, and others that it forgets. */
export function* ttlKeys({ random, text, valueBytes }: FillContext, count: number): Generator<FillEntry> {
  for (let n = 0; n < count; n += 1) {
    const ttl = 1 + Math.floor((n * windowSeconds) / count);
    const id = `${n.toString(36)}${random(1e9).toString(36)}`;
    const entry = { value: JSON.stringify({ n, data: text(Math.min(valueBytes, 512)) }), ttl };
    switch (n % 10) {
      case 0:
      case 1:
        yield { key: `/openshift.io/oauth/accesstokens/${text(43)}`, ...entry };
        break;
      case 2:
        yield { key: `/openshift.io/oauth/authorizetokens/${text(43)}`, ...entry };
        break;
      case 3:
        yield { key: `/openshift.io/lab-caches/default/${id}`, ...entry };
        break;
      case 4:
        yield { key: `/kubernetes.io/lab-locks/${id}`, ...entry };
        break;
      default:
        yield {
          key: `/kubernetes.io/events/project-${random(9)}/pod-${id}.${random(1e12).toString(16)}`,
          ...entry,
        };
    }
  }
  yield { key: '/kubernetes.io/masterleases/198.18.255.1', value: '{"kind":"Endpoints"}', ttl: 15 };
  yield { key: '/openshift.io/leases/controllers', value: 'a controller that is gone', ttl: 10 };
  for (const [n, ttl] of [3600, 7200, 43_200, 86_400, 604_800].entries()) {
    yield { key: `/kubernetes.io/events/default/long-${n}`, value: '{"kind":"Event"}', ttl };
    yield { key: `/openshift.io/lab-caches/long/${n}`, value: 'elsewhere', ttl: ttl + 7 };
  }
}
