import { StepBlocked, StepFailed, type Task } from '@pawl/engine';
import { guardedStep, type GuardedStep, type ReadHands } from '@pawl/fleet';
import { editFile } from '@pawl/hosts';
import type { MasterConfig } from '@pawl/okd';
import type { ClusterChoices } from '../cluster-choices';
import { masterFacts } from '../facts';
import { masters } from '../hosts-of';
import { presentConfig } from '../present-config';
import { stillHeld } from './still-held';

export interface MastersEdit {
  readonly title: string;
  readonly verify: string;
  /** For the plan: what becomes of it. */
  readonly what: string;
  /** What master-config.yaml becomes. */
  readonly content: (task: Task<ClusterChoices, ReadHands>, config: MasterConfig) => Promise<string>;
  /** What is wrong with it after the edit. */
  readonly wrong: (text: string) => string | undefined;
}

interface Edit {
  readonly path: string;
  readonly sha256: string;
  readonly content: string;
}

/** Edits master-config.yaml of every master. One that says it already is left alone. */
export function editMastersStep({
  title,
  verify,
  what,
  content,
  wrong,
}: MastersEdit): GuardedStep<ClusterChoices> {
  return guardedStep<ClusterChoices, Edit>({
    ...{ name: 'edit', title, verify },
    targets: masters,
    undoneBy: 'files-back/restore-files',
    deadlineMs: 60_000,
    retry: { attempts: 2, delayMs: 1_000 },
    first: (task) => stillHeld(task, []),
    look: async (task) => {
      const config = await presentConfig(task);
      return editOf(task, config, await content(task, config));
    },
    planned: ({ facts }, target) => {
      const { configPath, configSha256, edit } = masterFacts({ facts }, target);
      return { path: configPath ?? '', sha256: configSha256 ?? '', content: edit.join('\n') };
    },
    change: ({ run }, _target, { path, sha256: expectedSha256, content: text }) =>
      editFile({ run, path, expectedSha256, content: text, what }),
    prove: async (task) => {
      const { path, sha256, text } = await presentConfig(task);
      const fault = wrong(text);
      if (fault === undefined) return { path, sha256 };
      throw new StepFailed('E_MASTER_CONFIG', `${task.target}: ${path} ${fault} after the edit`, {
        where: `${task.target}:${path}`,
        hint: 'Somebody, or a configuration manager, has written it just now. Stop that, and resume.',
      });
    },
  });
}

/** What preflight read must still stand there, or the edit already: anything else was somebody else's hand. */
function editOf(
  { facts, target }: Task<ClusterChoices, ReadHands>,
  { path, sha256, text }: MasterConfig,
  content: string,
): Edit {
  const expected = masterFacts({ facts }, target).configSha256;
  if (content !== text && sha256 !== expected)
    throw new StepBlocked('E_MASTER_CONFIG_CHANGED', `${target}: ${path} was changed since preflight`, {
      hint: 'Look at what was changed and by whom. Put it back as it was, and resume.',
      facts: { expected, found: sha256 },
    });
  return { path, sha256, content };
}
