import type { ReadHost } from '@pawl/hosts';
import { OkdError } from '../okd-error';
import type { Refusal } from '../refusal';
import type { ConfigFacts } from './config-facts';
import type { MasterConfig } from './read-master-config';
import { editForV3 } from './storage-backend';

/** What in a master's configuration stands in the way. */
export function configRefusals({ facts, text, path }: MasterConfig, host: ReadHost): readonly Refusal[] {
  const refusals: Refusal[] = [];
  if (facts.embeddedEtcd)
    refusals.push({
      code: 'E_EMBEDDED_ETCD',
      message: 'etcd runs inside the master process (etcdConfig in master-config.yaml)',
      hint: 'Move it to an external etcd first (the embedded2external playbook of 3.7’s openshift-ansible), then migrate.',
    });
  else if (facts.etcd === null)
    refusals.push({
      code: 'E_MASTER_CONFIG',
      message: 'etcdClientInfo in master-config.yaml does not name urls, ca, certFile and keyFile',
      hint: 'A master that talks to etcd without TLS, or without certificates of its own, is not supported.',
    });
  if (facts.backend === 'unknown')
    refusals.push({
      code: 'E_MASTER_CONFIG',
      message: `storage-backend is ${facts.storageBackend ?? ''}, which is neither etcd2 nor etcd3`,
      hint: 'Find out which store this master serves from.',
    });
  // Below it lie the bearer tokens, in key names: elsewhere they would not be known as secrets.
  if (facts.prefixes.openshift !== '/openshift.io')
    refusals.push({
      code: 'E_MASTER_CONFIG',
      message: `openShiftStoragePrefix is ${facts.prefixes.openshift.slice(1)}, and not openshift.io`,
      hint: 'This release knows the names of OAuth tokens, which are secrets, below /openshift.io alone, and would show them.',
    });
  try {
    editForV3(text, `${host.name}:${path}`);
  } catch (error) {
    if (!(error instanceof OkdError)) throw error;
    refusals.push({
      code: 'E_MASTER_CONFIG',
      message: `${error.message} (${error.where ?? path})`,
      hint: error.hint ?? '',
    });
  }
  return refusals;
}

/** A master whose etcd certificates are gone does not start again. */
export async function fileRefusals(host: ReadHost, facts: ConfigFacts): Promise<readonly Refusal[]> {
  const files = facts.etcd === null ? [] : [facts.etcd.ca, facts.etcd.cert, facts.etcd.key];
  const missing: string[] = [];
  for (const file of files) if ((await host.read(['test', '-r', file])).exit !== 0) missing.push(file);
  if (missing.length === 0) return [];
  return [
    {
      code: 'E_MASTER_FILES',
      message: `etcdClientInfo in master-config.yaml names what is not there: ${missing.join(', ')}`,
      hint: 'This master would not start again. Restore the files first.',
    },
  ];
}
