import type { Facts } from '@pawl/engine';

/** What became of the edited files on the way back, in sentences: nobody's edit is lost, it is told, and where it is kept. */
export function filesInWords(facts: Facts): readonly string[] {
  const [replaced, left] = [named(facts, 'editedByOthers'), named(facts, 'notOriginal')];
  return [
    left.length === 0
      ? 'Edited files are as they were before this run.'
      : `Edited files are as they were before this run, but for ${left.join(', ')}: somebody has removed their originals from /var/lib/pawl/runs/RUN, and they are as a person has left them.`,
    ...(replaced.length === 0
      ? []
      : [
          `Edited by somebody else since this run had written them, and their originals are back now: ${replaced.join(', ')}. Those versions are kept on the host under /var/lib/pawl/runs/RUN/replaced.`,
        ]),
  ];
}

function named(facts: Facts, fact: string): readonly string[] {
  return [...facts.all('files-back/restore-files')].flatMap(([host, { [fact]: paths }]) =>
    Array.isArray(paths) ? paths.map((path) => `${host}:${String(path)}`) : [],
  );
}
