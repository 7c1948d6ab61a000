import { PawlError } from '@pawl/engine';
import { allHosts, type ClusterChoices } from './cluster-choices';

/**
 * Whether the way back can do without these hosts: the originals that are left must be a quorum of the original cluster, and a
 * master must be left.
 * @param before how many members the cluster had, where the run itself began without some of them
 * @throws PawlError `E_USAGE` (no host of the run), `E_NO_QUORUM`
 */
export function checkDead(
  choices: ClusterChoices,
  dead: readonly string[],
  before = choices.etcd.length,
): void {
  const strangers = dead.filter((name) => !allHosts(choices).some((host) => host.name === name));
  if (strangers.length > 0)
    throw new PawlError('E_USAGE', `${strangers.join(', ')}: no host of this run`, {
      hint: `Its hosts: ${allHosts(choices)
        .map((host) => host.name)
        .join(', ')}.`,
    });
  const left = choices.etcd.filter(({ name }) => !dead.includes(name));
  const quorum = Math.floor(before / 2) + 1;
  // A cluster that had no quorum any more when the run began gets none by the way back, with or without these hosts.
  const needed = choices.etcd.length < quorum ? 1 : quorum;
  if (left.length < needed)
    throw new PawlError(
      'E_NO_QUORUM',
      `without ${dead.join(', ')} ${left.length} of ${before} original members are left, and ${needed} are needed`,
      {
        hint: 'Bring one of them back; or restore v2 from a backup onto those that are left. A run that is unfinished is given up first (`pawl unfence -i INVENTORY RUN --host-dead NAME --reason WHY`), and what it keeps from starting released by hand (`pawl status -i INVENTORY` lists it). Then: `pawl rollback --from DIR -i INVENTORY --host-dead NAME --reason WHY` (docs/recover.md).',
      },
    );
  if (choices.masters.every(({ name }) => dead.includes(name)))
    throw new PawlError('E_NO_QUORUM', 'no master would be left', {
      hint: 'Bring one of them back, and say the same again without naming it.',
    });
}
