import { sh, type Change, type Sh } from '@pawl/hosts';

/**
 * Several changes as one job, in order; the first that fails ends it. Each runs in a subshell, so that one that has nothing
 * to do (`exit 0`) does not end the others. Their records are made together, before the first begins.
 * At most one of them may read standard input.
 */
export function sequence(what: string, changes: readonly Change[]): Change {
  const records = changes.flatMap((change) => (change.record === undefined ? [] : [change.record]));
  const stdin = changes.find((change) => change.stdin !== undefined)?.stdin;
  return {
    what,
    script: sh.lines(...changes.map((change) => subshell(change.script))),
    ...(records.length === 0
      ? {}
      : {
          record: {
            name: records.map((r) => r.name).join('+'),
            script: sh.lines(...records.map((r) => subshell(r.script))),
          },
        }),
    ...(stdin === undefined ? {} : { stdin }),
    deadlineMs: changes.reduce((sum, change) => sum + (change.deadlineMs ?? 60_000), 0),
  };
}

const subshell = (script: Sh): Sh => sh`(
${script}
)`;
