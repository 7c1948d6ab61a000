import { StepBlocked, type Phase } from '@pawl/engine';
import { readStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { upgradeGate } from '@pawl/okd';
import { closeFences, masters, presentConfig } from '@pawl/steps-etcd';
import type { OkdChoices } from '../choices';

export const finish: Phase<OkdChoices, ReadHands, WorkHands> = {
  name: 'finish',
  title: 'Is it ready for the 3.7 upgrade? Then let the hosts go',
  wayBack: 'As after the point of no return; the fences are planted anew.',
  rollbackAt: 'masters-down',
  steps: [
    readStep<OkdChoices>({
      name: 'upgrade-gate',
      title: 'The 3.7 upgrade’s own gate',
      targets: masters,
      verify: 'storage-backend is etcd3 as the 3.7 playbook reads it, and as the installer greps it',
      deadlineMs: 60_000,
      describe: () => [
        '# storage-backend[0] == etcd3, and `grep -Pzo "storage-backend:\\n.*etcd3"` finds it',
      ],
      run: async (task) => {
        const { text, path } = await presentConfig(task);
        const gate = upgradeGate(text, path);
        if (!gate.passes)
          throw new StepBlocked(
            'E_UPGRADE_GATE',
            `${task.target}: the 3.7 upgrade would refuse ${path}: ${gate.backendIsEtcd3 ? 'a later run of the 3.6 installer would not find the setting' : 'storage-backend is not etcd3'}`,
            { hint: 'Was the file edited since? Put storage-backend back in block style, and resume.' },
          );
        return { ready: true };
      },
    }),
    closeFences(() => 'completed'),
  ],
};
