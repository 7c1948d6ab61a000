import { PawlError, StepFailed, type Scope } from '@pawl/engine';
import { goneOriginalsScript } from '@pawl/etcd';
import type { ReadHands } from '@pawl/fleet';
import type { ClusterChoices } from '../cluster-choices';
import { asFacts } from '../facts';
import { livingEtcdHosts } from '../hosts-of';
import { layoutOf } from '../layout-of';
import type { Backup } from '../rehearse/backups';

/** A run whose way back wants what it has set aside; hosts that are dead are not asked. */
export type SetAsideRun = Pick<Scope<ClusterChoices>, 'run' | 'choices' | 'facts' | 'said'>;

/**
 * Where an original was set aside and is no longer: removed by cleanup, or by hand. What is back in its place is not missed. Reads only.
 * @param setAsideBy the step that sets them aside, `'phase/step'`
 */
export async function originalsGone(
  setAsideBy: string,
  scope: SetAsideRun,
  hands: ReadHands,
): Promise<readonly Backup[]> {
  const { facts } = scope;
  const hosts = livingEtcdHosts(scope).filter(
    (host) =>
      facts.find(setAsideBy, host) !== undefined &&
      facts.find('originals-back/rename-back', host) === undefined,
  );
  const found = await Promise.all(hosts.map((host) => goneOn(scope, hands, host)));
  return found.flat();
}

async function goneOn(scope: SetAsideRun, hands: ReadHands, host: string): Promise<readonly Backup[]> {
  const asked = await hands.on(host).readScript(goneOriginalsScript(layoutOf(scope, host)));
  if (asked.exit !== 0)
    throw new StepFailed(
      'E_COMMAND',
      `${host}: whether what was set aside is there can't be seen: ${asked.stderr.toString('utf8').trim()}`,
      { where: host, hint: 'Mend what it says on that host, and say the same again.' },
    );
  const paths = asked.stdout.toString('utf8').split('\n').filter(Boolean);
  return paths.map((path) => ({ host, path }));
}

/**
 * Before anything is stopped: without them the way back would end with every master down.
 * @param hint what takes their place
 * @throws PawlError `E_ORIGINALS_GONE`
 */
export async function requireOriginals(
  setAsideBy: string,
  scope: SetAsideRun,
  hands: ReadHands,
  hint: string,
): Promise<void> {
  const gone = await originalsGone(setAsideBy, scope, hands);
  if (gone.length === 0) return;
  throw new PawlError(
    'E_ORIGINALS_GONE',
    `what ${scope.run} set aside is not there any more: ${gone.map(({ host, path }) => `${host}:${path}`).join(', ')}`,
    { hint, facts: { gone: asFacts(gone) } },
  );
}
