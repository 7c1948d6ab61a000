import type { Fence } from '../fence';

/** The text of `/var/lib/pawl/fence`; undefined where a line is missing. */
export function parseFence(text: string): Fence | undefined {
  const found = new Map(text.split('\n').map(nameAndValue));
  const [run, claim, owner] = [found.get('run'), found.get('claim'), found.get('owner')];
  const [database, since, phase] = [found.get('database'), found.get('since'), found.get('phase')];
  if (run === undefined || claim === undefined || owner === undefined) return undefined;
  if (database === undefined || since === undefined || phase === undefined) return undefined;
  return { run, claim, owner, database, since, phase };
}

function nameAndValue(line: string): readonly [string, string] {
  const at = line.indexOf(' ');
  return [line.slice(0, Math.max(at, 0)), line.slice(at + 1)];
}
