import { StepFailed } from '@pawl/engine';
import type { ReadHost } from '@pawl/hosts';

/** What a file on a host holds: never a part of it, nor nothing, where it can't be read. @throws StepFailed `E_COMMAND` */
export async function bytesOn(host: ReadHost, path: string, maxBytes?: number): Promise<Buffer> {
  const limit = maxBytes === undefined ? {} : { maxBytes };
  const { exit, stdout, stderr } = await host.read(['cat', '--', path], limit);
  if (exit === 0) return stdout;
  throw new StepFailed(
    'E_COMMAND',
    `${host.name}: ${path} can't be read: ${stderr.toString('utf8').trim()}`,
    {
      hint: 'Look at the disk there, then resume.',
      where: `${host.name}:${path}`,
    },
  );
}

/** The same, as text. @throws StepFailed `E_COMMAND` */
export async function textOn(host: ReadHost, path: string): Promise<string> {
  return (await bytesOn(host, path)).toString('utf8');
}
