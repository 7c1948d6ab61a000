import { StepBlocked, StepFailed, type Phase, type Task } from '@pawl/engine';
import { guardedStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { editFile, sh, type Change } from '@pawl/hosts';
import { isV3 } from '@pawl/okd';
import { masterFacts, masters, presentConfig } from '@pawl/steps-etcd';
import type { RestoreChoices } from '../choices';
import { v2Config } from '../v2-config';

interface Edit {
  readonly path: string;
  readonly sha256: string;
  readonly content: string;
  readonly changed: boolean;
}

/** storage-backend and storage-media-type go; comments and order kept, and the pristine original taken where it can be. */
export const reconfigureMasters: Phase<RestoreChoices, ReadHands, WorkHands> = {
  name: 'reconfigure-masters',
  title: 'Tell the masters to use v2',
  wayBack: 'master-config.yaml is put back as it was found.',
  rollbackAt: 'masters-down',
  steps: [
    guardedStep<RestoreChoices, Edit>({
      name: 'edit',
      title: 'storage-backend and storage-media-type are taken out of master-config.yaml',
      targets: masters,
      undoneBy: 'files-back/restore-files',
      verify:
        'the file says nothing of etcd3; it is the original that a run has kept, or differs in the two keys alone',
      deadlineMs: 60_000,
      retry: { attempts: 2, delayMs: 1_000 },
      look: editOf,
      planned: ({ facts }, target) => {
        const seen = masterFacts({ facts }, target);
        return {
          path: seen.configPath ?? '',
          sha256: seen.configSha256 ?? '',
          content: seen.edit.join('\n'),
          changed: seen.edit.length > 0,
        };
      },
      change: ({ run }, _target, edit) => write(run, edit),
      prove: async (task, _job, { changed }) => {
        const config = await presentConfig(task);
        if (isV3(config.text))
          throw new StepFailed(
            'E_MASTER_CONFIG',
            `${task.target}: ${config.path} still says etcd3 after the edit`,
          );
        return { path: config.path, ...(changed ? { sha256: config.sha256 } : {}) };
      },
    }),
  ],
};

/** What preflight read must still stand there, or the edit already: anything else was somebody else's hand. */
async function editOf(task: Task<RestoreChoices, ReadHands>): Promise<Edit> {
  const config = await presentConfig(task);
  const where = `${task.target}:${config.path}`;
  const content = v2Config(config.text, await pristinesOf(task, config.path), where);
  const changed = content !== config.text;
  const expected = masterFacts(task, task.target).configSha256;
  if (changed && config.sha256 !== expected)
    throw new StepBlocked('E_MASTER_CONFIG_CHANGED', `${where} was changed since preflight`, {
      hint: 'Look at what was changed and by whom. Put it back as it was, and resume.',
      facts: { expected, found: config.sha256 },
    });
  return { path: config.path, sha256: config.sha256, content, changed };
}

/** Newest first: what the last run has kept is the likeliest. Never shown: the file may hold passwords. */
async function pristinesOf(
  { hands, target }: Task<RestoreChoices, ReadHands>,
  path: string,
): Promise<readonly string[]> {
  const host = hands.on(target);
  const found = await host.readScript(
    sh`for run in /var/lib/pawl/runs/*; do if [ -f "$run"${`/pristine${path}`} ]; then echo "$run"${`/pristine${path}`}; fi; done`,
  );
  const files = found.stdout.toString('utf8').split('\n').filter(Boolean).reverse();
  const texts = await Promise.all(files.map((file) => host.read(['cat', '--', file])));
  return texts.flatMap(({ exit, stdout }) => (exit === 0 ? [stdout.toString('utf8')] : []));
}

function write(run: string, { path, sha256, content, changed }: Edit): Change {
  if (!changed) return { what: `leave ${path} as it is: it says v2`, script: sh`:` };
  return editFile({
    ...{ run, path, content, expectedSha256: sha256 },
    what: 'storage-backend and storage-media-type are taken out',
  });
}
