import { canonicalJson } from './canonical';
import type { JsonObject } from './json';
import type { MachineSpec, Phase } from './machine';
import type { StateConfig } from './machine-config';

/**
 * The canonical text of a machine, a line per value so that a difference can be shown: its xstate configuration and what its
 * steps declare. What steps *do* is code and not in it; a release that changes that changes the version.
 */
export function definitionText<C extends JsonObject, R, H extends R>(
  spec: MachineSpec<C, R, H>,
  config: StateConfig,
): string {
  const { id, version, title } = spec;
  const steps = { ...declarations(spec.phases), ...declarations(spec.rollback) };
  const text = canonicalJson({ id, version, title, config, steps });
  return JSON.stringify(JSON.parse(text), null, 1);
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

/** Lines that only one of two definitions has, in order: `- ` the old one's, `+ ` the new one's; at most `limit` of them. */
export function definitionDifference(old: string, now: string, limit = 40): readonly string[] {
  const before = old.split('\n');
  const after = now.split('\n');
  const lines = [...only(before, after, '- '), ...only(after, before, '+ ')];
  return lines.length <= limit
    ? lines
    : [...lines.slice(0, limit), `… and ${lines.length - limit} lines more`];
}

function only(lines: readonly string[], others: readonly string[], sign: string): readonly string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.flatMap((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count > 0 ? [] : [`${sign}${line.trim()}`];
  });
}
