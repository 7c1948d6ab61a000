import type { Facts } from '@pawl/engine';
import type { ReadHands } from '@pawl/fleet';
import { etcdHosts, firstEtcdHost, layoutOf, type Backup } from '@pawl/steps-etcd';
import type { OkdChoices } from './choices';
import { findManifest } from './facts';

/** Where the backups of a run lie, the migration host's first, and what its manifest's sha256 is. */
export function backupsOf(
  choices: OkdChoices,
  facts: Facts,
  run: string,
): { readonly backups: readonly Backup[]; readonly manifestDigest: string | null } {
  const made = etcdHosts({ choices }).filter((host) => facts.find('back-up/members', host) !== undefined);
  return {
    backups: made.map((host) => ({ host, path: layoutOf({ run, facts }, host).backup })),
    manifestDigest: findManifest({ facts }, firstEtcdHost({ choices }))?.digest ?? null,
  };
}

/** Where an original was set aside and is no longer: removed by cleanup, or by hand. A run that was rolled back has it in use. */
export async function originalsGone(
  choices: OkdChoices,
  facts: Facts,
  hands: ReadHands,
  run: string,
): Promise<readonly Backup[]> {
  const hosts = etcdHosts({ choices }).filter(
    (host) =>
      facts.find('set-aside/originals', host) !== undefined &&
      facts.find('originals-back/rename-back', host) === undefined,
  );
  const found = await Promise.all(
    hosts.map(async (host) => {
      const path = layoutOf({ run, facts }, host).original;
      const there = await hands.on(host).read(['test', '-d', path]);
      return there.exit === 1 ? [{ host, path }] : [];
    }),
  );
  return found.flat();
}
