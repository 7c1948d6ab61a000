import type { Phase, Scope } from '@pawl/engine';
import { guardedStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { sh, type Change } from '@pawl/hosts';
import type { OkdChoices } from '../choices';
import { livingEtcdHosts } from '../hosts-of';
import { closeFences } from '../steps/close-fences';
import { plantFences } from '../steps/plant-fences';
import { isLeftover, removedBefore } from './check-remove';
import { isRolledBack, pathsOf, type LeftoverName } from './leftovers';

type OkdPhase = Phase<OkdChoices, ReadHands, WorkHands>;

/** Removes, by name, what a run has set aside. The evidence of what it did (jobs, records, pristine files) stays: it is small. */
export const cleanup: readonly OkdPhase[] = [
  { name: 'take-hold', title: 'Take the hosts', wayBack: '', steps: [plantFences('kept')] },
  {
    name: 'remove',
    title: 'Remove what was named',
    wayBack: '',
    steps: [
      guardedStep<OkdChoices, undefined>({
        name: 'remove',
        title: 'On every etcd host',
        targets: livingEtcdHosts,
        undoneBy: 'irreversible',
        verify: 'what was named is gone; on a cluster that runs on v3 an original or a backup is still there',
        deadlineMs: 1_800_000,
        retry: { attempts: 2, delayMs: 2_000 },
        change: removeNamed,
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

function named({ said }: Pick<Scope<OkdChoices>, 'said'>): readonly LeftoverName[] {
  return (said?.remove ?? []).filter(isLeftover);
}

/** Looks once more, on the host itself, that a v2 is left: what the journal says of it may be older than the disk. */
function removeNamed(scope: Scope<OkdChoices>, host: string): Change {
  const names = named(scope);
  const v2: readonly LeftoverName[] = ['original', 'backup'];
  const goes = v2.filter((name) => names.includes(name));
  const stays = v2.filter((name) => !names.includes(name)).flatMap((name) => pathsOf(scope, host, name));
  const paths = names.flatMap((name) => pathsOf(scope, host, name));
  const mustStay = goes.length > 0 && !isRolledBack(scope.facts);
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
