import { spawnSync } from 'node:child_process';
import { type Change, readingHost, type ReadHost } from '../../src';
import { type PrivateHost, privateHost, type Shell } from '../guard/private-host';

/** A host on which changes are made as the guard makes them, without the guard: by `/bin/sh -eu`, as root. */
export interface OnShell {
  readonly host: PrivateHost;
  readonly read: ReadHost;
  apply(change: Change): { readonly exit: number | null; readonly stdout: string; readonly stderr: string };
}

export function onShell(shell: Shell): OnShell {
  let host: PrivateHost;
  beforeAll(async () => {
    host = await privateHost(shell);
  });
  afterAll(async () => {
    await host.close();
  });
  return {
    get host() {
      return host;
    },
    get read() {
      return readingHost(host.entry, host.transport);
    },
    apply({ script, stdin }) {
      const { status, stdout, stderr } = spawnSync(
        'nsenter',
        ['-t', String(host.keeper), '-m', '--', '/bin/sh', '-eu', '-c', script.text],
        { input: stdin ?? '', encoding: 'utf8' },
      );
      return { exit: status, stdout, stderr };
    },
  };
}
