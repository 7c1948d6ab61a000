import type { Task } from '@pawl/engine';
import { EtcdError, isHealthy, scratchHost, scratchSettings, type Scratch } from '@pawl/etcd';
import type { ReadHands } from '@pawl/fleet';
import type { ClusterChoices } from '../cluster-choices';
import { until } from '../until';

/** `rehearse/scratch-start`, per host. */
export interface ScratchStarted {
  readonly up: boolean;
  /** The last words of one that did not come up. */
  readonly said: string;
}

/** Healthy, or dead: an etcd that can't use what it finds ends by itself. */
export async function waitForScratch(
  { hands, target, signal }: Pick<Task<ClusterChoices, ReadHands>, 'hands' | 'target' | 'signal'>,
  scratch: Scratch,
): Promise<ScratchStarted> {
  const inside = scratchHost(hands.on(target), scratch);
  const seen = await until(signal, 600_000, async () => {
    try {
      return { ready: await isHealthy(inside, scratchSettings), up: true, said: 'it is not healthy' };
    } catch (error) {
      if (!(error instanceof EtcdError) || error.code !== 'E_ETCD_SCRATCH') throw error;
      return { ready: true, up: false, said: lastWords(error) };
    }
  });
  return { up: seen.ready && seen.up, said: seen.ready && seen.up ? '' : seen.said };
}

function lastWords({ message, facts }: EtcdError): string {
  const said = facts?.['said'];
  return typeof said === 'string' ? said.slice(-1500) : message;
}
