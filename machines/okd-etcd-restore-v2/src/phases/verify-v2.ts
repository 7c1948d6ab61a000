import { StepBlocked, type Phase } from '@pawl/engine';
import { readStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { firstEtcdHost } from '@pawl/steps-etcd';
import type { RestoreChoices } from '../choices';
import { compareMember, inFacts } from '../v2-content';

export const verifyV2: Phase<RestoreChoices, ReadHands, WorkHands> = {
  name: 'verify-v2',
  title: 'Compare v2 with what was written down, before anything joins',
  wayBack: 'What was set aside is put back.',
  rollbackAt: 'masters-down',
  steps: [
    readStep<RestoreChoices>({
      name: 'compare',
      title: 'Every key',
      verify:
        'keys without a TTL are exactly as in the manifest, or as the rehearsal read them; one with a TTL may only have run out',
      deadlineMs: 900_000,
      retry: { attempts: 5, delayMs: 2_000 },
      describe: () => ['# read /v2/keys, every directory, and compare it'],
      run: async (task) => {
        const { comparison, content } = await compareMember(task, firstEtcdHost(task));
        const facts = {
          ...inFacts(comparison),
          keys: content.header.keys,
          etcdIndex: content.header.etcdIndexAtEnd,
        };
        if (comparison.equal) return facts;
        throw new StepBlocked(
          'E_V2_DIFFERS',
          `v2 is not what the backup held: ${comparison.differences} differences in ${comparison.compared} keys`,
          {
            hint: 'No master has been started. Take this run back, and try the backup of another member.',
            facts,
          },
        );
      },
    }),
  ],
};
