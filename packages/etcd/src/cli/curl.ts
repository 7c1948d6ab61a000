import type { ReadHost, ReadOptions } from '@pawl/hosts';
import { commandFailed } from '../parse/complaint';
import { parseHttpAnswer, type HttpHead } from '../parse/http-answer';
import type { Asked } from './etcdctl';

/**
 * Answers with their heads, one after the other over one connection. The URLs go to curl's standard input (`-K -`): a key's
 * name never stands in argv. No flag is newer than EL7's curl 7.29.
 */
export function curlArgv(settings: Asked, maxSeconds: number): readonly string[] {
  const certs =
    settings.certs === null
      ? []
      : ['--cert', settings.certs.cert, '--key', settings.certs.key, '--cacert', settings.certs.ca];
  return ['curl', '-sS', '-i', '-g', '--noproxy', '*', '--max-time', String(maxSeconds), ...certs, '-K', '-'];
}

/** What curl reads from standard input, for paths under the member's client URL. */
export function curlConfig(settings: Asked, paths: readonly string[]): string {
  return paths
    .map((path) => `url = "${settings.clientEndpoint}${path.replace(/["\\]/g, '\\$&')}"\n`)
    .join('');
}

/** A key's path in `/v2/keys`, percent-encoded. */
export function v2Path(key: string, query = ''): string {
  const path = key.split('/').map(encodeURIComponent).join('/');
  return `/v2/keys${path.startsWith('/') ? '' : '/'}${path}${query}`;
}

/**
 * GET of one small answer. Any HTTP status is an answer.
 * @throws EtcdError `E_ETCD_UNAVAILABLE`, `E_ETCD_TLS`
 */
export async function get(
  host: ReadHost,
  settings: Asked,
  path: string,
  options: Pick<ReadOptions, 'signal'> & { readonly maxSeconds?: number } = {},
): Promise<HttpHead & { readonly body: string }> {
  const maxSeconds = options.maxSeconds ?? 20;
  const result = await host.read(curlArgv(settings, maxSeconds), {
    stdin: curlConfig(settings, [path]),
    timeoutMs: (maxSeconds + 10) * 1000,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  if (result.exit !== 0) throw commandFailed(result, `ask ${settings.clientEndpoint}`, host.name);
  return parseHttpAnswer(result.stdout);
}
