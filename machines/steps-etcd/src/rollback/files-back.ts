import type { Phase, Scope } from '@pawl/engine';
import { guardedStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { restoreFile } from '@pawl/hosts';
import { sequence } from '../changes/sequence';
import { allHosts, type ClusterChoices } from '../cluster-choices';
import { etcdSetup, masterFacts } from '../facts';
import { etcdHosts, lives, masters } from '../hosts-of';
import { editsThatStand } from './edits-that-stand';

/**
 * The originals of edited files, with owner, mode and times. A file that was not edited is left alone; one that was, and whose
 * original is gone, blocks (`E_PRISTINE_GONE`).
 *
 * @param edits the steps that edit, `'phase/step'`: what they wrote is told from somebody else's hand by it
 */
export const filesBack = (edits: readonly string[]): Phase<ClusterChoices, ReadHands, WorkHands> => ({
  name: 'files-back',
  title: 'Edited files are as they were',
  wayBack: '',
  steps: [
    guardedStep<ClusterChoices, undefined>({
      name: 'restore-files',
      title: 'etcd.conf and master-config.yaml',
      targets: (scope) =>
        allHosts(scope.choices)
          .map((h) => h.name)
          .filter(lives(scope)),
      undoneBy: 'kept',
      verify:
        'each file that this run has edited is its pristine original again; what stood there is kept in runs/RUN/replaced',
      deadlineMs: 60_000,
      retry: { attempts: 2, delayMs: 1_000 },
      change: (scope, target) =>
        sequence(
          'put the edited files back',
          editedFiles(scope, target).map((path) => restoreFile({ run: scope.run, path })),
        ),
      prove: async (task, job) => {
        const standing = await editsThatStand(edits, task);
        const replaced = replacedFiles(job.stdout);
        const ours = sumsOf(edits, task, task.target);
        const editedByOthers = replaced.flatMap(({ path, sha256 }) => (ours.has(sha256) ? [] : [path]));
        return { replaced: replaced.map(({ path }) => path), editedByOthers, ...standing };
      },
    }),
  ],
});

function editedFiles(scope: Scope<ClusterChoices>, host: string): readonly string[] {
  return [
    ...(etcdHosts(scope).includes(host) ? present(etcdSetup(scope, host).settings.configFile) : []),
    ...(masters(scope).includes(host) ? present(masterFacts(scope, host).configPath) : []),
  ];
}

function present(path: string | null): readonly string[] {
  return path === null ? [] : [path];
}

function replacedFiles(said: string): readonly { readonly path: string; readonly sha256: string }[] {
  return [...said.matchAll(/^replaced ([0-9a-f]{64}) (.*)$/gm)].map(([, sha256 = '', path = '']) => ({
    sha256,
    path,
  }));
}

/** What this run has written on a host, by the outcomes of the steps that edit. */
function sumsOf(
  edits: readonly string[],
  { facts }: Pick<Scope<ClusterChoices>, 'facts'>,
  host: string,
): ReadonlySet<unknown> {
  return new Set(edits.map((step): unknown => facts.find(step, host)?.['sha256']));
}
