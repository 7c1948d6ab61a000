import { StepFailed } from '@pawl/engine';
import { sh, type ReadHost } from '@pawl/hosts';

/** The sha256 (hex) of a file on a host; undefined where there is none. @throws StepFailed `E_COMMAND` where it can't be read */
export async function sumOf(host: ReadHost, path: string): Promise<string | undefined> {
  const asked = await host.readScript(sh`if [ -e ${path} ]; then sha256sum <${path}; fi`);
  const said = asked.stdout.toString('utf8');
  if (asked.exit === 0) return /^[0-9a-f]{64}/.exec(said)?.[0];
  throw new StepFailed(
    'E_COMMAND',
    `${host.name}: ${path} can't be read: ${asked.stderr.toString('utf8').trim()}`,
    { hint: 'Look at the disk there, then resume.', where: `${host.name}:${path}` },
  );
}
