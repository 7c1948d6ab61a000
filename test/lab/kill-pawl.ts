import { runPawl, type Lab, type PawlOptions } from '@pawl/lab';
import path from 'node:path';

/** The command line that kills itself where it is told to; compiled, as what a test's child processes run. */
export const PAWL_KILLED_AT = path.join(__dirname, '../../build/test/test/lab/fixtures/pawl-killed-at.js');

/**
 * Runs Pawl up to the boundary where it is killed.
 *
 * @param at with its machine: `okd-etcd-v2-to-v3/set-aside/copy@etcd1/host:during`
 * @throws where it ended otherwise, with what it said
 */
export async function killPawl(
  lab: Lab,
  args: readonly string[],
  at: string,
  options: PawlOptions = {},
): Promise<void> {
  const env = { ...options.env, PAWL_TEST_KILL_AT: at };
  const { signal, stdout, stderr } = await runPawl(lab, args, { ...options, entry: PAWL_KILLED_AT, env });
  const said = `${stderr}\n${stdout}`.trimEnd();
  if (signal !== 'SIGKILL' || !said.endsWith(`killed at ${at}`))
    throw new Error(`it was not killed at ${at}:\n${said.slice(-3000)}`);
}
