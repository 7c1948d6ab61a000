import type { OkdChoices } from './choices';

interface Chosen {
  readonly choices: OkdChoices;
}

/** The first of the inventory's `[etcd]`: the one whose data is migrated. */
export function migrationHost({ choices }: Chosen): string {
  const [first] = choices.etcd;
  if (first === undefined) throw new TypeError('choices without an etcd host passed checkChoices');
  return first.name;
}

export const etcdHosts = ({ choices }: Chosen): readonly string[] => choices.etcd.map((h) => h.name);
export const masters = ({ choices }: Chosen): readonly string[] => choices.masters.map((h) => h.name);
