import type { Transport } from '@pawl/hosts';

/**
 * From now on, a job on this host waits before its script begins: marked as started, its lock held. The guard runs a script by
 * `timeout`, and looks for it in the host's own /usr/local/sbin first.
 */
export async function holdJobs(transport: Transport): Promise<void> {
  const gate = `#!/bin/sh
case "$*" in */script) while [ -e /usr/local/sbin/timeout ]; do sleep 0.02; done ;; esac
exec /usr/bin/timeout "$@"
`;
  await must(
    transport,
    `${OWN_PROGRAMS} && cat >/usr/local/sbin/timeout && chmod 755 /usr/local/sbin/timeout`,
    gate,
  );
}

export async function letGo(transport: Transport): Promise<void> {
  await must(transport, `if ${OWN_PROGRAMS}; then rm -f /usr/local/sbin/timeout; fi`);
}

async function must(transport: Transport, script: string, stdin = ''): Promise<void> {
  const { exit, stderr } = await transport.run(script, { stdin, maxBytes: 10_000 });
  if (exit !== 0) throw new Error(`${script}: ${String(exit)} ${stderr.toString()}`);
}

/** True on a host of a world; never on the machine that the tests run on. */
const OWN_PROGRAMS = '{ mountpoint -q /usr/local || mountpoint -q /usr/local/sbin; }';
