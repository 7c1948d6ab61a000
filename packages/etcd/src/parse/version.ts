import { unexpectedOutput } from '../errors';
import { field, parseJson, text } from '../json';

/** `etcd --version` → `3.1.9` */
export function parseEtcdVersion(stdout: string): string {
  return first(stdout, /^etcd Version: (\d+\.\d+\.\d+\S*)$/m, 'etcd --version');
}

/** `etcdctl version` of API 3, `etcdctl --version` of API 2 → `3.1.9`. The other API's spelling is no version in any release. */
export function parseEtcdctlVersion(stdout: string): string {
  return first(stdout, /^etcdctl version: (\d+\.\d+\.\d+\S*)$/m, 'etcdctl version');
}

/** `GET /version` */
export function parseServerVersion(body: string): { readonly server: string; readonly cluster: string } {
  const json = parseJson(body, 'GET /version');
  const server = text(field(json, 'etcdserver'));
  const cluster = text(field(json, 'etcdcluster'));
  if (server === undefined || cluster === undefined) throw unexpectedOutput('GET /version', body);
  return { server, cluster };
}

function first(stdout: string, pattern: RegExp, command: string): string {
  const found = pattern.exec(stdout)?.[1];
  if (found === undefined) throw unexpectedOutput(command, stdout.split('\n')[0] ?? '');
  return found;
}
