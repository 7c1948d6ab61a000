import type { Facts } from '@pawl/engine';
import { comparedFacts, factInWords, filesInWords } from '@pawl/steps-etcd';
import type { RestoreChoices } from './choices';

/** What a person is told when a run has ended: what was compared, what lies where, and what comes next. */
export function conclusion(
  { from, gone, etcd }: RestoreChoices,
  facts: Facts,
  outcome: 'completed' | 'rolled-back' = 'completed',
): readonly string[] {
  if (outcome === 'rolled-back')
    return [
      'What stood there before this run is in its place again, each file with the size and time that were recorded. A line ETCD_FORCE_NEW_CLUSTER in etcd.conf stays out.',
      ...filesInWords(facts),
      'What the run made is kept as evidence, in pawl-RUN in each etcd data directory and in /var/lib/pawl/runs/RUN: `pawl cleanup RUN` lists it, and removes it by name.',
    ];
  const held = comparedFacts({ facts }, from.host);
  const compared = facts.find('verify-v2/compare');
  return [
    `Every member holds the ${factInWords(compared, 'keys')} keys of ${from.host}:${from.path}, ${held?.manifest === null ? 'as it was read from the backup itself' : 'as the manifest of the run that made it has them'}; keys whose time has passed since are gone (${factInWords(compared, 'expired')}). Every master serves from v2.`,
    'What stood there before, with all that was written since the backup, is kept on every etcd host in its data directory, in pawl-RUN/original. `pawl cleanup RUN` lists it, and removes it by name.',
    ...(gone.length === 0
      ? []
      : [
          `Left out: ${gone.join(', ')}. What comes back of it must not start: it holds another history of this cluster. An etcd host is also to be taken out of etcdClientInfo.urls in each master-config.yaml.`,
        ]),
    etcd.length % 2 === 0
      ? `The cluster can be migrated again (\`pawl run\`) once it has an odd number of members: it has ${etcd.length}.`
      : 'The cluster can be migrated again: `pawl run`.',
  ];
}
