import { compiled } from './bound-programs';
import { inCgroup } from './cgroups';
import { enterNetwork } from './network';
import { run, type RunResult } from './run';
import type { LabState } from './state';

/** argv of one of our programs inside the lab's network; in the lab's cgroup, so that `down` ends it too. */
export function helperArgv(state: LabState, program: string): string[] {
  return inCgroup(state.cgroups, 'helpers', [...enterNetwork(state), process.execPath, compiled(program)]);
}

/** Runs it to its end: its order goes in as JSON on stdin. */
export async function runHelper(
  state: LabState,
  program: string,
  order: unknown,
  onStdout?: (chunk: Buffer) => void,
): Promise<RunResult> {
  return run(helperArgv(state, program), {
    stdin: JSON.stringify(order),
    ...(onStdout === undefined ? {} : { onStdout }),
  });
}
