import { PawlError } from '@pawl/engine';
import type { ReadHost } from '@pawl/hosts';

/**
 * A host's clock, epoch milliseconds. Expirations are judged by the clock that set them: the controller's may differ, and
 * must not decide whether a key was due.
 */
export async function hostTime(host: ReadHost): Promise<number> {
  const said = (await host.read(['date', '+%s'])).stdout.toString('utf8').trim();
  if (!/^\d+$/.test(said))
    throw new PawlError('E_HOST_TIME', `${host.name}: date printed ${JSON.stringify(said)}`, {
      where: host.name,
      hint: 'Run `date +%s` there by hand as root, mend what it complains about, and say the same again.',
    });
  // Whole seconds: a key due within this one counts as due.
  return Number(said) * 1000 + 999;
}
