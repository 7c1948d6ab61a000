import type { Fence } from '../fence';
import type { ReadHost } from '../host';
import { HostError } from '../host-error';
import { sh } from '../sh';
import { parseFence } from './parse-fence';

/** The fence of a host, or undefined. Only looks: it needs no guard there, and leaves nothing behind. */
export async function readFence(host: ReadHost): Promise<Fence | undefined> {
  const result = await host.readScript(sh`
if [ -e /var/lib/pawl/fence ]; then
  cat /var/lib/pawl/fence
fi`);
  const text = result.stdout.toString('utf8');
  if (result.exit === 0 && text === '') return undefined;
  const fence = result.exit === 0 ? parseFence(text) : undefined;
  if (fence !== undefined) return fence;
  throw new HostError('E_FENCE_UNREADABLE', `the fence on ${host.name} can't be read`, {
    host: host.name,
    where: `${host.name}:/var/lib/pawl/fence`,
    facts: { exit: result.exit, said: result.stderr.toString('utf8').slice(-600), text: text.slice(0, 600) },
    hint: 'Look at the file: it must hold the lines run, claim, owner, database, since and phase. Somebody else wrote it, or the disk is damaged.',
  });
}
