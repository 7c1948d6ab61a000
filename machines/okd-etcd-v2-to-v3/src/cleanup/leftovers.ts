import type { Facts, Scope } from '@pawl/engine';
import { runLayout, workCopy } from '@pawl/etcd';
import type { ReadHands } from '@pawl/fleet';
import { sh } from '@pawl/hosts';
import type { OkdChoices } from '../choices';
import { etcdHost, presentRound } from '../facts';
import { etcdHosts, migrationHost } from '../hosts-of';

/** What a run leaves beside the data, by the names under which it is removed. */
export const LEFTOVERS = ['original', 'backup', 'copies', 'v3'] as const;
export type LeftoverName = (typeof LEFTOVERS)[number];

const WHAT: Readonly<Record<LeftoverName, string>> = {
  original: 'the v2 member as it was, set aside',
  backup: 'the cold copy of the v2 member and of /etc/etcd',
  copies: 'work copies that were not used',
  v3: 'the v3 member that a rollback moved out of the way',
};

export interface Leftover {
  readonly name: LeftoverName;
  readonly host: string;
  readonly path: string;
  readonly bytes: number;
  readonly what: string;
  /** v2 is kept in it, and nowhere else on this host. */
  readonly onlyV2: boolean;
}

type Read = Pick<Scope<OkdChoices>, 'run' | 'choices' | 'facts'>;

/** Where a leftover lies on an etcd host, if it is there; nowhere on a host at which the run did not even look. */
export function pathsOf(scope: Read, host: string, name: LeftoverName): readonly string[] {
  if (scope.facts.find('preflight/etcd-hosts', host) === undefined) return [];
  const { settings } = etcdHost(scope, host);
  const layout = runLayout(settings, scope.run);
  switch (name) {
    case 'original':
      return [layout.original, ...present(layout.originalWal)];
    case 'backup':
      return [layout.backup, `${layout.backup}.part`];
    case 'v3':
      return [layout.v3, ...present(layout.v3Wal)];
    case 'copies':
      if (host !== migrationHost(scope)) return [];
      return Array.from({ length: presentRound(scope, host) + 1 }, (_, index) => {
        const copy = workCopy(settings, scope.run, index + 1);
        return [copy.folder, copy.discarded, ...present(copy.wal), ...present(withSuffix(copy.wal))];
      }).flat();
  }
}

/**
 * What lies on the run's etcd hosts, with its size. Reads only. A run that was rolled back has its original in use again:
 * then nothing of it is the only v2.
 */
export async function leftovers(
  choices: OkdChoices,
  facts: Facts,
  hands: ReadHands,
  run: string,
): Promise<readonly Leftover[]> {
  const scope = { run, choices, facts };
  const found = await Promise.all(etcdHosts(scope).map((host) => leftoversOn(scope, hands, host)));
  return found.flat();
}

async function leftoversOn(scope: Read, hands: ReadHands, host: string): Promise<readonly Leftover[]> {
  const wanted = LEFTOVERS.flatMap((name) => pathsOf(scope, host, name).map((path) => ({ name, path })));
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
  const v2 = new Set<LeftoverName>(
    there.flatMap(({ name }) => (name === 'original' || name === 'backup' ? [name] : [])),
  );
  const inUse = isRolledBack(scope.facts);
  return there.map(({ name, path }) => ({
    ...{ name, host, path, what: WHAT[name] },
    bytes: sizes.get(path) ?? 0,
    onlyV2: !inUse && v2.size === 1 && v2.has(name),
  }));
}

export function isRolledBack(facts: Facts): boolean {
  return facts.find('fences-closed/close-fences') !== undefined;
}

function present(path: string | null): readonly string[] {
  return path === null ? [] : [path];
}

function withSuffix(path: string | null): string | null {
  return path === null ? null : `${path}.discarded`;
}
