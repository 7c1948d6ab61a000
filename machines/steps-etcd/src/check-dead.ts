import { PawlError } from '@pawl/engine';
import { allHosts, type ClusterChoices } from './cluster-choices';

/**
 * Whether the way back can do without these hosts: the originals that are left must be a quorum of the original cluster, and a
 * master must be left.
 * @throws PawlError `E_USAGE` (no host of the run), `E_NO_QUORUM`
 */
export function checkDead(choices: ClusterChoices, dead: readonly string[]): void {
  const strangers = dead.filter((name) => !allHosts(choices).some((host) => host.name === name));
  if (strangers.length > 0)
    throw new PawlError('E_USAGE', `${strangers.join(', ')}: no host of this run`, {
      hint: `Its hosts: ${allHosts(choices)
        .map((host) => host.name)
        .join(', ')}.`,
    });
  const left = choices.etcd.filter(({ name }) => !dead.includes(name));
  const quorum = Math.floor(choices.etcd.length / 2) + 1;
  if (left.length < quorum)
    throw new PawlError(
      'E_NO_QUORUM',
      `without ${dead.join(', ')} ${left.length} of ${choices.etcd.length} original members are left, and ${quorum} are needed`,
      {
        hint: 'Bring one of them back; or restore v2 from a backup onto those that are left: `pawl rollback --from DIR -i INVENTORY --host-dead NAME --reason WHY` (docs/recover.md).',
      },
    );
  if (choices.masters.every(({ name }) => dead.includes(name)))
    throw new PawlError('E_NO_QUORUM', 'no master would be left');
}
