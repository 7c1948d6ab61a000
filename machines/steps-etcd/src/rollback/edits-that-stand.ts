import { StepBlocked, type Task } from '@pawl/engine';
import type { ReadHands } from '@pawl/fleet';
import { posixCommand } from '@pawl/hosts';
import { fileBackup } from '../changes/back-up-file';
import type { ClusterChoices } from '../cluster-choices';
import { masterFacts } from '../facts';
import { etcdHosts, masters } from '../hosts-of';
import { layoutOf } from '../layout-of';
import { sumOf } from '../sum-of';

type Looking = Task<ClusterChoices, ReadHands>;

/** Of one file that this run has edited. */
interface Edited {
  readonly path: string;
  /** What the run wrote. */
  readonly sha256: string;
  /** What stood there before. */
  readonly original: string;
}

/**
 * Holds what stands in the edited files after the way back against the journal: where somebody has removed the run's records, the
 * change has found no pristine original, and has left the edit alone as if there had been none.
 *
 * @returns `notOriginal`: files that are neither the original nor what the run wrote: a person has put them right, or edited them
 * @throws StepBlocked `E_PRISTINE_GONE` where an edit still stands, or its file is gone; StepFailed as `sumOf`
 */
export async function editsThatStand(
  edits: readonly string[],
  task: Looking,
): Promise<{ readonly notOriginal: readonly string[] }> {
  const host = task.hands.on(task.target);
  const seen = await Promise.all(
    editedFiles(edits, task).map(async (file) => ({ ...file, now: await sumOf(host, file.path) })),
  );
  const left = seen.filter(({ now, original }) => now !== original);
  const standing = left.filter(({ now, sha256 }) => now === undefined || now === sha256);
  if (standing.length === 0) return { notOriginal: left.map(({ path }) => path) };
  const ways = await Promise.all(standing.map((file) => wayBackOf(task, file)));
  throw new StepBlocked(
    'E_PRISTINE_GONE',
    `${task.target}: ${standing.map(({ path, now }) => `${path} ${now === undefined ? 'is gone' : 'is what this run has made of it'}`).join(', ')}, and its original is not kept there any more`,
    {
      where: `${task.target}:/var/lib/pawl/runs/${task.run}/pristine`,
      hint: `Somebody has removed it. Nothing was started. ${ways.join(' ')} Then \`pawl resume ${task.run}\`.`,
      facts: { files: standing.map(({ path, original }) => ({ path, original })) },
    },
  );
}

/**
 * By the outcomes of the steps that edit. A file that held already what was to be written is none: neither are files whose
 * original nobody knows, in runs made before it was recorded.
 */
function editedFiles(edits: readonly string[], task: Looking): readonly Edited[] {
  return edits.flatMap((step) => {
    const facts = task.facts.find(step, task.target);
    if (typeof facts?.['path'] !== 'string' || typeof facts['sha256'] !== 'string') return [];
    const { path, sha256 } = facts;
    const original = facts['original'] ?? asPreflightSaw(task, path);
    return typeof original === 'string' && original !== sha256 ? [{ path, sha256, original }] : [];
  });
}

/** A master's configuration is edited only where it is what preflight has read. */
function asPreflightSaw(task: Looking, path: string): string | null {
  if (!masters(task).includes(task.target)) return null;
  const { configPath, configSha256 } = masterFacts(task, task.target);
  return configPath === path ? configSha256 : null;
}

/** A copy is named only where it is there, and is the original. */
async function wayBackOf(task: Looking, { path, original }: Edited): Promise<string> {
  const copies = [
    fileBackup(task.run, path),
    ...(etcdHosts(task).includes(task.target)
      ? [`${layoutOf(task, task.target).backup}/configuration${path}`]
      : []),
  ];
  for (const copy of copies)
    if ((await sumOf(task.hands.on(task.target), copy)) === original)
      return `On ${task.target}, \`${posixCommand(['cp', '-p', copy, path])}\` puts it back.`;
  return `No copy of it is left on ${task.target}: put ${path} back from a backup of your own (sha256 ${original}), or take out by hand what this run wrote there.`;
}
