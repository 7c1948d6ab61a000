import type { Wanted } from './edit-arguments';
import { isObject, parseConfig } from './parse-config';
import { provenEdit, type ConfigEdit } from './proven-edit';

const backend = 'storage-backend';
const mediaType = 'storage-media-type';

/** What the published procedure sets on every master. */
const v3: Wanted = new Map([
  [backend, 'etcd3'],
  [mediaType, 'application/vnd.kubernetes.protobuf'],
]);
const v2: Wanted = new Map([...v3.keys()].map((name) => [name, null]));

/**
 * master-config.yaml with the two arguments that move a master to v3. Pure and idempotent.
 * @param path for messages
 * @throws OkdError `E_MASTER_CONFIG` where nothing but the two keys can't be promised
 */
export function editForV3(text: string, path = 'master-config.yaml'): ConfigEdit {
  return provenEdit(text, v3, path);
}

/** The same file without the two arguments: v2, whatever they said before. Where the pristine original is at hand, take that. */
export function editForV2(text: string, path = 'master-config.yaml'): ConfigEdit {
  return provenEdit(text, v2, path);
}

/** Whether a master started with this file uses v3. @throws OkdError `E_MASTER_CONFIG` */
export function isV3(text: string, path = 'master-config.yaml'): boolean {
  return firstBackend(text, path) === 'etcd3';
}

export interface UpgradeGate {
  /** The 3.7 upgrade's own check on every master: the first `storage-backend` is `etcd3`. */
  readonly backendIsEtcd3: boolean;
  /** The 3.6 installer's search on the first master, without which a later run takes the setting out again. */
  readonly installerFindsIt: boolean;
  readonly passes: boolean;
}

/** Whether the later upgrade will let this master through, and the installer will leave it so. */
export function upgradeGate(text: string, path = 'master-config.yaml'): UpgradeGate {
  const backendIsEtcd3 = isV3(text, path);
  // grep -Pzo "storage-backend:\n.*etcd3": `.` stays within the line.
  const installerFindsIt = /storage-backend:\n.*etcd3/.test(text);
  return { backendIsEtcd3, installerFindsIt, passes: backendIsEtcd3 && installerFindsIt };
}

function firstBackend(text: string, path: string): unknown {
  const section = parseConfig(text, path).value['kubernetesMasterConfig'];
  const found = isObject(section) ? section['apiServerArguments'] : undefined;
  const values: unknown = isObject(found) ? found[backend] : undefined;
  return Array.isArray(values) ? (values[0] as unknown) : undefined;
}
