import { isMap, parseDocument } from 'yaml';
import type { ReadHost } from '@pawl/hosts';
import { ask } from './ask';
import type { ConfigFacts } from './config/config-facts';
import { isObject } from './config/parse-config';
import type { Refusal } from './refusal';

/**
 * The server that the master's own client talks to, out of its loopback kubeconfig. The file holds the admin's key: only the
 * server's URL leaves this function.
 * @throws OkdError `E_OKD_COMMAND` where the file can't be read
 */
export async function loopbackServer(host: ReadHost, kubeconfig: string): Promise<string | undefined> {
  return parseLoopbackServer(await ask(host, ['cat', '--', kubeconfig]));
}

/** As the kernel has it: `master1.example.com`, or its first label alone. Undefined where it can't be read. */
export async function ownHostname(host: ReadHost): Promise<string | undefined> {
  const read = await host.read(['cat', '--', '/proc/sys/kernel/hostname']);
  const name = read.stdout.toString('utf8').trim();
  return read.exit === 0 && name !== '' ? name : undefined;
}

/** `server` of the current context's cluster. */
export function parseLoopbackServer(text: string): string | undefined {
  const document = parseDocument(text);
  if (document.errors.length > 0 || !isMap(document.contents)) return undefined;
  const config: unknown = document.toJS();
  if (!isObject(config)) return undefined;
  const context = named(config['contexts'], config['current-context'])?.['context'];
  const cluster = isObject(context) ? named(config['clusters'], context['cluster'])?.['cluster'] : undefined;
  const server = isObject(cluster) ? cluster['server'] : undefined;
  return typeof server === 'string' ? server : undefined;
}

/**
 * With all masters down, a master whose own client goes through the load balancer waits for an API that waits for it.
 * Only a server that is known to be the load balancer is refused: another name may well be this host's own.
 * On a single master `masterURL` is its own name, which is why that has to be known.
 */
export function loopbackRefusal(
  server: string | undefined,
  host: Pick<ReadHost, 'name' | 'address'>,
  facts: Pick<ConfigFacts, 'masterUrl' | 'masterPublicUrl' | 'masterIp'>,
  hostname?: string,
): Refusal | undefined {
  const reached = hostOf(server);
  const balancers = [hostOf(facts.masterUrl), hostOf(facts.masterPublicUrl)];
  const own = [host.name, host.address, facts.masterIp, 'localhost', '127.0.0.1', '[::1]'];
  if (server === undefined || own.includes(reached) || !balancers.includes(reached)) return undefined;
  if (hostname !== undefined && (reached === hostname || reached.startsWith(`${hostname}.`)))
    return undefined;
  return {
    code: 'E_LOOPBACK',
    message: `the master's own client goes through the load balancer (${server}): once all API servers are down, none comes up again`,
    hint: 'Let current-context of openshift-master.kubeconfig name this master itself (`oc config use-context`), then check again.',
  };
}

/** Empty where there is no URL. */
function hostOf(url: string | null | undefined): string {
  return /^https?:\/\/(\[[^\]]+\]|[^:/]+)/.exec(url ?? '')?.[1] ?? '';
}

function named(list: unknown, name: unknown): Readonly<Record<string, unknown>> | undefined {
  if (!Array.isArray(list)) return undefined;
  return list.filter(isObject).find((item) => item['name'] === name);
}
