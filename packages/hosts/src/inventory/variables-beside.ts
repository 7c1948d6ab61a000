import { readFile, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errnoOf } from '../errno';
import { withoutEffect } from './connection-variables';
import type { Inventory } from './inventory';
import { unsupported } from './inventory-error';

/** @throws HostError `E_INVENTORY_UNSUPPORTED`, with the file and line of the first variable that would have mattered */
export async function refuseVariablesBeside({ file, hosts, groups }: Inventory): Promise<void> {
  const ofCluster = new Set(['masters', 'etcd'].flatMap((group) => groups.get(group) ?? []));
  const groupsThere = new Set(['all', ...[...ofCluster].flatMap((name) => hosts.get(name)?.groups ?? [])]);
  const files = [
    ...(await filesFor(join(dirname(file), 'group_vars'), groupsThere)),
    ...(await filesFor(join(dirname(file), 'host_vars'), ofCluster)),
  ];
  for (const beside of files) refuseWhatMatters(beside, await readFile(beside, 'utf8'));
}

/** `NAME`, `NAME.yml`, `NAME.yaml`, `NAME.json`, and everything in a directory `NAME`. */
async function filesFor(directory: string, names: ReadonlySet<string>): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return [];
    throw error;
  });
  const wanted = entries.filter(({ name }) => names.has(name.replace(/\.(ya?ml|json)$/, '')));
  const files = wanted.map(async (entry) => {
    const path = join(directory, entry.name);
    if (!entry.isDirectory()) return [path];
    const within = await readdir(path, { recursive: true, withFileTypes: true });
    return within.filter((it) => it.isFile()).map((it) => join(it.parentPath, it.name));
  });
  return (await Promise.all(files)).flat();
}

/** Every variable that is read here, wherever it stands in YAML or JSON. */
const matters =
  /^[\s{,]*["']?(ansible_\w+|openshift_(?:hostname|ip|master_cluster_hostname|master_cluster_method|deployment_type|release|use_\w*system_containers?)|deployment_type|containerized)["']?\s*[:=]/;

function refuseWhatMatters(file: string, text: string): void {
  const hint = 'Move it into the inventory itself: [group:vars], or behind the host.';
  text.split('\n').forEach((line, index) => {
    const variable = matters.exec(line)?.[1];
    if (variable === undefined || withoutEffect.has(variable)) return;
    const where = `${file}:${index + 1}`;
    throw unsupported(
      where,
      `${variable} is set beside the inventory, where Pawl doesn't read it yet`,
      hint,
      variable,
    );
  });
  if (!text.startsWith('$ANSIBLE_VAULT')) return;
  throw unsupported(
    `${file}:1`,
    'variables beside the inventory are encrypted, so that Pawl can’t tell whether one of them matters to it',
    'Move the connection variables into the inventory itself, and this file away while Pawl is used.',
  );
}
