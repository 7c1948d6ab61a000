import { PAGE_KEYS } from './page';
import { sh, type ReadHost, type Sh } from '@pawl/hosts';
import { commandScript } from '../cli/command-script';
import { etcdctlV3, type Asked } from '../cli/etcdctl';
import { EtcdError } from '../errors';
import { commandFailed } from '../parse/complaint';

export interface V3Digest {
  /** Comparable between members of one version, at one revision and one page size. */
  readonly sha256: string;
  readonly keys: number;
  readonly revision: number;
}

export interface DigestOptions {
  readonly revision: number;
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

/**
 * A digest of keys, values, revisions and leases of one member's own store at one revision, made on its host: only the digest
 * travels. By pages, because one answer with 600 MiB would take gigabytes in etcd and in etcdctl and comes near gRPC's limit
 * of 2 GiB; the loop runs on the host, because a round trip a page would cost more than the reading.
 * @throws EtcdError `E_ETCD_REVISION` where the member does not have the revision (not caught up), `E_ETCD_UNAVAILABLE`
 */
export async function digestV3(host: ReadHost, settings: Asked, options: DigestOptions): Promise<V3Digest> {
  const result = await host.readScript(digestScript(settings, options.revision, options.limit ?? PAGE_KEYS), {
    timeoutMs: 900_000,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const told = result.stderr.toString('utf8');
  if (/^pawl-failed$/m.test(told) || result.exit !== 0) {
    throw commandFailed({ ...result, exit: result.exit === 0 ? 1 : result.exit }, 'read keys', host.name);
  }
  const sha256 = /^([0-9a-f]{64})\b/.exec(result.stdout.toString('utf8'))?.[1];
  const keys = /^pawl-keys (\d+)$/m.exec(told)?.[1];
  if (sha256 === undefined || keys === undefined || !/^pawl-whole$/m.test(told)) {
    throw new EtcdError('E_ETCD_PARSE', 'the digest of the v3 store was not finished', { where: host.name });
  }
  return { sha256, keys: Number(keys), revision: options.revision };
}

/**
 * Two reads a page: keys only, for where the next page begins (the last key, base64 → a Go literal), and the page itself into
 * the pipe. A pipe hides its first command's exit status, so how it went is told on the side (descriptor 3 → stderr).
 * Headers differ between members and are cut out.
 */
export function digestScript(settings: Asked, revision: number, limit: number): Sh {
  const txn = commandScript(etcdctlV3(settings, ['--command-timeout=120s', '-w', 'json', 'txn']));
  return sh`exec 3>&2
ask() { printf '\nget --from-key %s --limit %s --rev %s --consistency s -- "%s"\n\n\n' "$1" ${limit} ${revision} "$2" | ${txn}; }
{
  from='\x00'
  first=yes
  while :; do
    keys=$(ask --keys-only "$from") || { echo pawl-failed >&3; exit 1; }
    if [ $first = yes ]; then
      count=$(printf '%s\n' "$keys" | sed -n 's/.*"count":\([0-9]*\).*/\1/p')
      echo "pawl-keys \${count:-0}" >&3
      first=no
    fi
    ask '' "$from" || { echo pawl-failed >&3; exit 1; }
    case $keys in *'"more":true'*) ;; *) break ;; esac
    last=$(printf '%s\n' "$keys" | sed 's/.*{"key":"\([^"]*\)".*/\1/')
    from=$(printf '%s' "$last" | base64 -d | od -An -v -tx1 | tr -d ' \n' | sed 's/../\\x&/g')'\x00'
  done
  echo pawl-whole >&3
} | sed 's/"header":{[^}]*},\{0,1\}//g' | sha256sum`;
}

/** The new member's own contents equal the first one's at one revision: the only proof that it has caught up. */
export function sameContents(first: V3Digest, other: V3Digest): boolean {
  return first.revision === other.revision && first.keys === other.keys && first.sha256 === other.sha256;
}
