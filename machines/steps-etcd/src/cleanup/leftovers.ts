import type { Facts, Scope } from '@pawl/engine';
import type { ReadHands } from '@pawl/fleet';
import { sh } from '@pawl/hosts';
import type { ClusterChoices } from '../cluster-choices';
import { livingEtcdHosts } from '../hosts-of';

export type ReadRun = Pick<Scope<ClusterChoices>, 'run' | 'choices' | 'facts' | 'said'>;

/** What a machine's runs leave beside the data, by the names under which it is removed. */
export interface LeftoverKinds {
  readonly names: readonly string[];
  /** In words, for a person who decides. */
  readonly what: Readonly<Record<string, string>>;
  /** Where it lies on an etcd host, if it is there; nowhere on a host at which the run did not even look. */
  paths(scope: ReadRun, host: string, name: string): readonly string[];
  /** Of these one stays: together they are all that is left of what was before the run. */
  oneStays(facts: Facts): readonly string[];
}

export interface Leftover {
  readonly name: string;
  readonly host: string;
  readonly path: string;
  readonly bytes: number;
  readonly what: string;
  /** What was there before the run is kept in it, and nowhere else on this host. */
  readonly onlyV2: boolean;
}

/** What lies on the run's etcd hosts, with its size; one that is dead is not asked. Reads only. */
export async function leftoversOf(
  kinds: LeftoverKinds,
  scope: ReadRun,
  hands: ReadHands,
): Promise<readonly Leftover[]> {
  const found = await Promise.all(
    livingEtcdHosts(scope).map((host) => leftoversOn(kinds, scope, hands, host)),
  );
  return found.flat();
}

async function leftoversOn(
  kinds: LeftoverKinds,
  scope: ReadRun,
  hands: ReadHands,
  host: string,
): Promise<readonly Leftover[]> {
  const wanted = kinds.names.flatMap((name) =>
    kinds.paths(scope, host, name).map((path) => ({ name, path })),
  );
  const paths = wanted.map(({ path }) => path);
  const asked = await hands
    .on(host)
    .readScript(sh`for path in ${paths}; do if [ -e "$path" ]; then du -s -k "$path"; fi; done`);
  const sizes = new Map(
    asked.stdout
      .toString('utf8')
      .split('\n')
      .flatMap((line): [string, number][] => {
        const found = /^(\d+)\s+(.*)$/.exec(line);
        return found?.[2] === undefined ? [] : [[found[2], Number(found[1]) * 1024]];
      }),
  );
  const there = wanted.filter(({ path }) => sizes.has(path));
  const stays = kinds.oneStays(scope.facts);
  const left = new Set(there.flatMap(({ name }) => (stays.includes(name) ? [name] : [])));
  return there.map(({ name, path }) => ({
    ...{ name, host, path, what: kinds.what[name] ?? name },
    bytes: sizes.get(path) ?? 0,
    onlyV2: left.size === 1 && left.has(name),
  }));
}

export function isRolledBack(facts: Facts): boolean {
  return facts.find('fences-closed/close-fences') !== undefined;
}
