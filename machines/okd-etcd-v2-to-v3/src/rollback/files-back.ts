import type { JsonObject, Phase, Scope } from '@pawl/engine';
import { guardedStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { restoreFile } from '@pawl/hosts';
import { sequence } from '../changes/sequence';
import { allHosts, type OkdChoices } from '../choices';
import { etcdHost, masterFacts } from '../facts';
import { etcdHosts, lives, masters } from '../hosts-of';

/** The originals of edited files, with owner, mode and times. A file that was not edited is left alone. */
export const filesBack: Phase<OkdChoices, ReadHands, WorkHands> = {
  name: 'files-back',
  title: 'Edited files are as they were',
  wayBack: '',
  steps: [
    guardedStep<OkdChoices, undefined>({
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
      prove: (task, job) => {
        const replaced = replacedFiles(job.stdout);
        const ours = sumsOfEdits(task, task.target);
        const editedByOthers = replaced.flatMap(({ path, sha256 }) => (ours.has(sha256) ? [] : [path]));
        return Promise.resolve({ replaced: replaced.map(({ path }) => path), editedByOthers });
      },
    }),
  ],
};

function editedFiles(scope: Scope<OkdChoices>, host: string): readonly string[] {
  return [
    ...(etcdHosts(scope).includes(host) ? present(etcdHost(scope, host).settings.configFile) : []),
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

/** What this run has written on a host, by its outcomes. */
function sumsOfEdits(
  { facts, choices }: Pick<Scope<OkdChoices>, 'facts' | 'choices'>,
  host: string,
): ReadonlySet<unknown> {
  const places = choices.etcd.map((_host, index) => `scale-up/configure-${index + 1}`);
  const edits = ['reconfigure-masters/edit', ...places].map((step): JsonObject | undefined =>
    facts.find(step, host),
  );
  return new Set(edits.map((edit) => edit?.['sha256']));
}
