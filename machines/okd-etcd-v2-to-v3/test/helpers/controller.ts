import { runPawl, type Lab, type PawlOptions, type PawlResult } from '@pawl/lab';

/** An answer of the command line, as `--json` has it, and its exit code. */
export interface Said {
  readonly exit: number | null;
  readonly run: string;
  readonly outcome: string;
  readonly phase: string;
  readonly reason: { readonly code: string; readonly message: string } | null;
  readonly conclusion?: readonly string[];
  readonly error?: { readonly code: string; readonly message: string };
}

function said({ exit, stdout, stderr }: PawlResult): Said {
  if (!stdout.startsWith('{')) throw new Error(`exit ${exit}, and no document:\n${stderr}\n${stdout}`);
  return { ...(JSON.parse(stdout) as Said), exit };
}

/** The verbs, each with its answer. */
export function controller(lab: () => Lab) {
  const pawl = async (args: readonly string[], options: PawlOptions = {}): Promise<Said> =>
    said(await runPawl(lab(), [...args, '--no-input', '--json'], options));
  const begin = (): readonly string[] => [
    ...['run', '-i', lab().inventoryPath, '--accept-point-of-no-return', `api.${lab().name}.lab`],
  ];
  return {
    begin,
    pawl,
    run: (...more: readonly string[]) => pawl([...begin(), ...more]),
    rollback: (...more: readonly string[]) => pawl(['rollback', '--yes', ...more]),
  };
}
