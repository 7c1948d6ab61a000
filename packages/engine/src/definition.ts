import { canonicalJson } from './canonical';
import type { JsonObject } from './json';
import { allPhases, type MachineSpec, type Phase } from './machine';
import type { StateConfig } from './machine-config';

/**
 * The canonical text of a machine, a line per value with its path, so that a difference reads by itself: its xstate
 * configuration and what its steps declare. What steps *do* is code and not in it; a release that changes that changes the version.
 */
export function definitionText<C extends JsonObject, R, H extends R>(
  spec: MachineSpec<C, R, H>,
  config: StateConfig,
): string {
  const { id, version, title } = spec;
  const step = declarations(allPhases(spec));
  const canonical: unknown = JSON.parse(
    canonicalJson({ machine: { id, version, title }, step, xstate: config }),
  );
  return linesOf(canonical, '').join('\n');
}

function linesOf(value: unknown, path: string): readonly string[] {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) {
    return [`${path.slice(1)}: ${JSON.stringify(value)}`];
  }
  return Object.entries(value).flatMap(([key, inner]) => linesOf(inner, `${path} ${key}`));
}

function declarations<C extends JsonObject, R, H extends R>(
  phases: readonly Phase<C, R, H>[],
): Record<string, unknown> {
  return Object.fromEntries(
    phases.flatMap(({ name: phase, wayBack, steps }) =>
      steps.map((step) => {
        const { name, kind, verify, deadlineMs, retry = null, concurrency = null } = step;
        const effect = step.kind === 'read' ? {} : { undoneBy: step.undoneBy };
        const again = step.kind === 'one-shot' ? { startOverAt: step.startOverAt } : {};
        const fansOut = step.targets !== undefined;
        return [
          `${phase}/${name}`,
          { kind, verify, deadlineMs, retry, concurrency, fansOut, wayBack, ...effect, ...again },
        ];
      }),
    ),
  );
}

/** Lines that only one of two definitions has, by path: `- ` the old one's, `+ ` the new one's; at most `limit` of them. */
export function definitionDifference(old: string, now: string, limit = 40): readonly string[] {
  const before = old.split('\n');
  const after = now.split('\n');
  const lines = [...only(before, after, '- '), ...only(after, before, '+ ')].sort(byPath);
  return lines.length <= limit
    ? lines
    : [...lines.slice(0, limit), `… and ${lines.length - limit} lines more`];
}

function only(lines: readonly string[], others: readonly string[], sign: string): readonly string[] {
  const there = new Set(others);
  return lines.filter((line) => !there.has(line)).map((line) => `${sign}${line}`);
}

/** Old and new of one path stand together; the sort is stable, so the old one comes first. */
function byPath(one: string, other: string): number {
  const [a = '', b = ''] = [one, other].map((line) => line.slice(2).split(':')[0]);
  return a < b ? -1 : a > b ? 1 : 0;
}
