import { StepBlocked, type Phase } from '@pawl/engine';
import { readStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { judgeRehearsal, refusals, rehearsal } from '@pawl/steps-etcd';
import { backups } from '../backups';
import type { RestoreChoices } from '../choices';

/** Before any outage: a backup that does not start, or holds something else, is found out while the cluster is as it was. */
export const rehearse: Phase<RestoreChoices, ReadHands, WorkHands> = {
  name: 'rehearse',
  title: 'Prove that the backup restores, beside whatever runs now',
  wayBack: 'The scratch copy is removed; nothing else was touched.',
  rollbackAt: 'scratch-gone',
  steps: [
    ...rehearsal(backups, () => null, true),
    readStep<RestoreChoices>({
      name: 'verdict',
      title: 'Can it be restored?',
      verify: 'etcd starts on the backup, and v2 is what it should be',
      deadlineMs: 10_000,
      describe: () => ['# what the rehearsal has shown'],
      run: ({ facts, choices }) => {
        const findings = judgeRehearsal(facts, choices.from);
        const [first] = refusals(findings);
        if (first === undefined) return Promise.resolve({ findings });
        throw new StepBlocked(first.code, first.message, {
          where: choices.from.host,
          hint: `${first.hint ?? ''} Nothing was stopped. This run can only be taken back; then begin another one with what it needs.`,
        });
      },
    }),
  ],
};
