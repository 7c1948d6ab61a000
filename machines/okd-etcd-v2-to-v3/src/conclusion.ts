import type { Facts } from '@pawl/engine';
import type { OkdChoices } from './choices';
import { copiesOf, leaseFacts, manifestFacts } from './facts';
import { migrationHost } from './hosts-of';

/** What a person is told when a run is completed: what was compared, what lies where, and what comes next. */
export function conclusion(choices: OkdChoices, facts: Facts): readonly string[] {
  const scope = { facts };
  const first = migrationHost({ choices });
  const manifest = manifestFacts(scope, first);
  const leases = leaseFacts(scope, first);
  return [
    `All ${manifest.keys} keys that v2 held were compared with v3, both ways; ${manifest.keysWithTtl} had a TTL: ${leases.toLease} got leases, ${leases.toDelete} had run out and were deleted.`,
    'Every member holds the same, every master serves from v3, and the 3.7 upgrade’s own gate lets this cluster through.',
    `The originals and backups are kept on every etcd host in its data directory, in pawl-RUN (${copiesOf(scope, choices)}); the edited files’ originals under /var/lib/pawl/runs/RUN/pristine. Don’t delete them before you are sure: they are the only v2 data left.`,
  ];
}
