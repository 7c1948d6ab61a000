import type { ReadStep } from '@pawl/engine';
import { readStep, type ReadHands } from '@pawl/fleet';
import { allHosts, type ClusterChoices } from '../cluster-choices';
import { asFacts } from '../facts';
import { masters } from '../hosts-of';
import { lookAtFence } from './look-at-fence';
import { lookAtMachine } from './look-at-machine';
import { lookAtMaster, type Edit } from './look-at-master';

type LookStep = ReadStep<ClusterChoices, ReadHands>;

export function fencesStep(): LookStep {
  return readStep<ClusterChoices>({
    name: 'fences',
    title: 'Whose are these hosts?',
    targets: ({ choices }) => allHosts(choices).map((h) => h.name),
    verify: 'no other run holds a host',
    deadlineMs: 60_000,
    describe: () => ['# is there a fence at /var/lib/pawl/fence?'],
    run: async ({ run, hands, target }) => asFacts(await lookAtFence(hands, target, run)),
  });
}

export function machinesStep(): LookStep {
  return readStep<ClusterChoices>({
    name: 'machines',
    title: 'Is each name a machine of its own?',
    targets: ({ choices }) => allHosts(choices).map((h) => h.name),
    verify: 'no machine answers under two names, and the controller’s own host is the one that is meant',
    deadlineMs: 60_000,
    describe: () => ['# which machine is this? On the controller’s own also: which addresses has it?'],
    run: async ({ choices, hands, target }) =>
      asFacts(await lookAtMachine(hands.on(target), isLocal(choices, target))),
  });
}

const isLocal = (choices: ClusterChoices, name: string): boolean =>
  allHosts(choices).some((host) => host.name === name && host.connection === 'local');

/** `edit`: what the run will make of each master's configuration. */
export function mastersStep(edit: Edit): LookStep {
  return readStep<ClusterChoices>({
    name: 'masters',
    title: 'Which units and configuration each master has',
    targets: masters,
    verify: 'units, configuration and storage backend of each master are known',
    deadlineMs: 120_000,
    describe: () => ['# master units, their configuration and version'],
    run: async ({ hands, target }) => asFacts(await lookAtMaster(hands.on(target), edit)),
  });
}
