import type { Phase, Scope } from '@pawl/engine';
import { guardedStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { sh, type Change } from '@pawl/hosts';
import type { ClusterChoices } from '../cluster-choices';
import { livingEtcdHosts } from '../hosts-of';
import { closeFences } from '../steps/close-fences';
import { plantFences, type Readme } from '../steps/plant-fences';
import { removedBefore } from './check-remove';
import { isRolledBack, type LeftoverKinds } from './leftovers';

export interface Cleanup {
  readonly kinds: LeftoverKinds;
  readonly readme: Readme;
  readonly verify: string;
}

/** Removes, by name, what a run has set aside. The evidence of what it did (jobs, records, pristine files) stays: it is small. */
export function cleanupOf({
  kinds,
  readme,
  verify,
}: Cleanup): readonly Phase<ClusterChoices, ReadHands, WorkHands>[] {
  return [
    { name: 'take-hold', title: 'Take the hosts', wayBack: '', steps: [plantFences('kept', readme)] },
    {
      name: 'remove',
      title: 'Remove what was named',
      wayBack: '',
      steps: [
        guardedStep<ClusterChoices, undefined>({
          name: 'remove',
          title: 'On every etcd host',
          targets: livingEtcdHosts,
          undoneBy: 'irreversible',
          verify,
          deadlineMs: 1_800_000,
          retry: { attempts: 2, delayMs: 2_000 },
          change: (scope, host) => removeNamed(kinds, scope, host),
          prove: (task) => {
            const ever = [...removedBefore(task.facts.find('remove/remove', task.target)), ...named(task)];
            return Promise.resolve({ removed: named(task), ever: [...new Set(ever)] });
          },
        }),
      ],
    },
    {
      name: 'let-go',
      title: 'Let the hosts go',
      wayBack: '',
      steps: [closeFences(({ facts }) => (isRolledBack(facts) ? 'rolled-back' : 'completed'))],
    },
  ];
}

const named = ({ said }: Pick<Scope<ClusterChoices>, 'said'>): readonly string[] => said?.remove ?? [];

/** Looks once more, on the host itself, that one is left: what the journal says of it may be older than the disk. */
function removeNamed(kinds: LeftoverKinds, scope: Scope<ClusterChoices>, host: string): Change {
  const names = named(scope);
  const one = kinds.oneStays(scope.facts);
  const stays = one.filter((name) => !names.includes(name)).flatMap((name) => kinds.paths(scope, host, name));
  const paths = names.flatMap((name) => kinds.paths(scope, host, name));
  const mustStay = one.some((name) => names.includes(name));
  return {
    what: `remove ${names.join(', ') || 'nothing'}`,
    deadlineMs: 1_800_000,
    script: sh.lines(
      mustStay
        ? sh`left=no
for path in ${stays}; do if [ -d "$path" ]; then left=yes; fi; done
if [ $left = no ]; then echo ${`on ${host} this is the only v2 data that is left`} >&2; exit 65; fi`
        : sh``,
      paths.length === 0 ? sh`:` : sh`rm -rf ${paths}`,
      sh`sync`,
    ),
  };
}
