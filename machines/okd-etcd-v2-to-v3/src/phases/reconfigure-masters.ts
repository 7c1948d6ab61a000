import { StepBlocked, StepFailed, type Phase, type Task } from '@pawl/engine';
import { guardedStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { editFile } from '@pawl/hosts';
import { editForV3, isV3, type MasterConfig } from '@pawl/okd';
import { masterFacts, masters, presentConfig } from '@pawl/steps-etcd';
import type { OkdChoices } from '../choices';

interface Edit {
  readonly path: string;
  readonly sha256: string;
  readonly content: string;
}

/** Two keys in master-config.yaml; comments and order kept, block style (the later installer greps for it). */
export const reconfigureMasters: Phase<OkdChoices, ReadHands, WorkHands> = {
  name: 'reconfigure-masters',
  title: 'Tell the masters to use v3',
  wayBack: 'The pristine master-config.yaml is put back.',
  rollbackAt: 'masters-down',
  steps: [
    guardedStep<OkdChoices, Edit>({
      name: 'edit',
      title: 'storage-backend and storage-media-type in master-config.yaml',
      targets: masters,
      undoneBy: 'files-back/restore-files',
      verify: 'the file differs from its original in the two keys alone, and says etcd3',
      deadlineMs: 60_000,
      retry: { attempts: 2, delayMs: 1_000 },
      look: async (task) => editOf(task, await presentConfig(task)),
      planned: ({ facts }, target) => {
        const seen = masterFacts({ facts }, target);
        return {
          path: seen.configPath ?? '',
          sha256: seen.configSha256 ?? '',
          content: seen.edit.join('\n'),
        };
      },
      change: ({ run }, _target, edit) =>
        editFile({
          run,
          path: edit.path,
          expectedSha256: edit.sha256,
          content: edit.content,
          what: 'storage-backend etcd3, storage-media-type protobuf',
        }),
      prove: async (task) => {
        const config = await presentConfig(task);
        if (!isV3(config.text))
          throw new StepFailed(
            'E_MASTER_CONFIG',
            `${task.target}: ${config.path} does not say etcd3 after the edit`,
          );
        return { path: config.path, sha256: config.sha256 };
      },
    }),
  ],
};

/** What preflight read must still stand there, or the edit already: anything else was somebody else's hand. */
function editOf({ facts, target }: Task<OkdChoices, ReadHands>, config: MasterConfig): Edit {
  const expected = masterFacts({ facts }, target).configSha256;
  const edit = editForV3(config.text, `${target}:${config.path}`);
  if (edit.changed && config.sha256 !== expected)
    throw new StepBlocked(
      'E_MASTER_CONFIG_CHANGED',
      `${target}: ${config.path} was changed since preflight`,
      {
        hint: 'Look at what was changed and by whom. Put it back as it was, and resume.',
        facts: { expected, found: config.sha256 },
      },
    );
  return { path: config.path, sha256: config.sha256, content: edit.text };
}
