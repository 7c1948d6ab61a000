import type { Facts } from '@pawl/engine';
import { filesInWords, firstEtcdHost } from '@pawl/steps-etcd';
import type { OkdChoices } from './choices';
import { copiesOf, leaseFacts, manifestFacts } from './facts';

/** What a person is told when a run has ended: what was compared, what lies where, and what comes next. */
export function conclusion(
  choices: OkdChoices,
  facts: Facts,
  outcome: 'completed' | 'rolled-back' = 'completed',
): readonly string[] {
  return outcome === 'completed' ? migrated(choices, facts) : wentBack(choices, facts);
}

function migrated(choices: OkdChoices, facts: Facts): readonly string[] {
  const scope = { facts };
  const first = firstEtcdHost({ choices });
  const manifest = manifestFacts(scope, first);
  const leases = leaseFacts(scope, first);
  return [
    `All ${manifest.keys} keys that v2 held were compared with v3, both ways; ${manifest.keysWithTtl} had a TTL: ${leases.toLease + leases.leased} have leases, ${leases.toDelete + leases.gone} had run out and are gone.`,
    'Every member holds the same, every master serves from v3, and the 3.7 upgrade’s own gate lets this cluster through.',
    `The originals and backups are kept on every etcd host in its data directory, in pawl-RUN (${copiesOf(scope, choices)}); the edited files’ originals under /var/lib/pawl/runs/RUN/pristine. Don’t delete them before you are sure: they are the only v2 data left. \`pawl cleanup RUN\` lists them, and removes them by name.`,
  ];
}

function wentBack(choices: OkdChoices, facts: Facts): readonly string[] {
  return [
    ...comparedWithV2(facts),
    facts.find('originals-back/rename-back', firstEtcdHost({ choices }))?.['setAside'] === true
      ? 'The original members are in their place again, each file with the size and time that were recorded; member and cluster ids are those of before.'
      : 'No data was moved in this run.',
    ...filesInWords(facts),
    'What the run made is kept as evidence, in pawl-RUN in each etcd data directory and in /var/lib/pawl/runs/RUN. A new run may be made at once; it needs the room that this takes: `pawl cleanup RUN` lists it, and removes it by name.',
  ];
}

function comparedWithV2(facts: Facts): readonly string[] {
  const seen = facts.find('v2-equal/compare');
  if (seen === undefined) return ['etcd was not stopped, and v2 was not touched.'];
  const { expired } = seen;
  const [compared, written, others] = ['compared', 'writtenCount', 'changedByOthers'].map((name) =>
    Number(seen[name] ?? 0),
  );
  const gone = Array.isArray(expired) ? expired.map(String) : [];
  const names = gone.length === 0 ? '' : `: ${gone.slice(0, 8).join(', ')}${gone.length > 8 ? ', …' : ''}`;
  return [
    `v2 holds what was written down: ${compared ?? 0} keys are exactly as they were, and ${gone.length} have run out since${names}.`,
    ...((written ?? 0) + (others ?? 0) > 0
      ? [
          `${written ?? 0} keys were written by somebody else since the manifest was taken, and ${others ?? 0} others differ though no data was moved: somebody writes to v2 beside the masters.`,
        ]
      : []),
  ];
}
