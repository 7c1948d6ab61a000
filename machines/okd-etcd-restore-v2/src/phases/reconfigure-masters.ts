import { StepFailed, type Phase, type Task } from '@pawl/engine';
import type { ReadHands, WorkHands } from '@pawl/fleet';
import { sh } from '@pawl/hosts';
import { isV3 } from '@pawl/okd';
import { editMastersStep, textOn, type ClusterChoices } from '@pawl/steps-etcd';
import type { RestoreChoices } from '../choices';
import { v2Config } from '../v2-config';

/** storage-backend and storage-media-type go; comments and order kept, and the pristine original taken where it can be. */
export const reconfigureMasters: Phase<RestoreChoices, ReadHands, WorkHands> = {
  name: 'reconfigure-masters',
  title: 'Tell the masters to use v2',
  wayBack: 'master-config.yaml is put back as it was found.',
  rollbackAt: 'masters-down',
  steps: [
    editMastersStep({
      title: 'storage-backend and storage-media-type are taken out of master-config.yaml',
      verify:
        'the file says nothing of etcd3; it is the original that a run has kept, or differs in the two keys alone',
      what: 'storage-backend and storage-media-type are taken out',
      content: async (task, { text, path }) =>
        v2Config(text, await pristinesOf(task, path), `${task.target}:${path}`),
      wrong: (text) => (isV3(text) ? 'still says etcd3' : undefined),
    }),
  ],
};

/** Newest first: what the last run has kept is the likeliest. Never shown: the file may hold passwords. */
async function pristinesOf(
  { hands, target }: Task<ClusterChoices, ReadHands>,
  path: string,
): Promise<readonly string[]> {
  const host = hands.on(target);
  const found = await host.readScript(
    sh`for run in /var/lib/pawl/runs/*; do if [ -f "$run"${`/pristine${path}`} ]; then echo "$run"${`/pristine${path}`}; fi; done`,
  );
  if (found.exit !== 0)
    throw new StepFailed(
      'E_COMMAND',
      `${target}: what runs have kept of ${path} can't be seen: ${found.stderr.toString('utf8').trim()}`,
      { where: `${target}:/var/lib/pawl/runs`, hint: 'Mend what it says on that host, and resume.' },
    );
  const files = found.stdout.toString('utf8').split('\n').filter(Boolean).reverse();
  return Promise.all(files.map((file) => textOn(host, file)));
}
