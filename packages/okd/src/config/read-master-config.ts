import { createHash } from 'node:crypto';
import type { ReadHost } from '@pawl/hosts';
import { ask } from '../ask';
import type { ShownUnit } from '../units/show-units';
import { configFacts, type ConfigFacts } from './config-facts';
import { configPath } from './config-path';
import { parseConfig } from './parse-config';

export interface MasterConfig {
  readonly path: string;
  /** Of the file as it is now. */
  readonly sha256: string;
  /** The file itself. It may hold passwords of identity providers: never a fact, never logged. */
  readonly text: string;
  readonly facts: ConfigFacts;
}

/**
 * The configuration that a master would be started with now.
 * @param from a master unit, whose command line names the file; or the file's path, as it was found before
 * @throws OkdError `E_MASTER_CONFIG`, `E_OKD_COMMAND`; HostError as `read`
 */
export async function readMasterConfig(host: ReadHost, from: ShownUnit | string): Promise<MasterConfig> {
  const path = typeof from === 'string' ? from : await configPath(host, from);
  const text = await ask(host, ['cat', '--', path]);
  const { value } = parseConfig(text, `${host.name}:${path}`);
  return { path, sha256: sha256(text), text, facts: configFacts(value, path, `${host.name}:${path}`) };
}

export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
