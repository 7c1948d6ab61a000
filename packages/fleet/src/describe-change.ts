import type { Change } from '@pawl/hosts';

/** The lines of a plan for a change: exactly what the job runs. What goes to its standard input is told by its size alone. */
export function planned(change: Change): readonly string[] {
  const stdin = change.stdin === undefined ? 0 : Buffer.byteLength(change.stdin);
  return [
    `# ${change.what}`,
    ...(change.once === undefined ? [] : [`# at most once in this run: ${change.once}`]),
    ...(change.record === undefined
      ? []
      : [`# recorded before, as ${change.record.name}:`, ...linesOf(change.record.script.text)]),
    ...(stdin === 0 ? [] : [`# on its standard input: ${stdin} bytes`]),
    ...linesOf(change.script.text),
  ];
}

function linesOf(script: string): readonly string[] {
  return script.split('\n').filter((line) => line.trim() !== '');
}
