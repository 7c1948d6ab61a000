import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostFences, SeenHost } from '@pawl/fleet';
import { HostError, type ClosedRun, type Fence, type HostEntry } from '@pawl/hosts';
import type { World } from './world';

/** What the tests put on the toy's hosts: a file each. */
export interface ToyHostState {
  readonly fence?: Fence;
  readonly running?: readonly string[];
  readonly held?: SeenHost['held'];
  readonly closed?: readonly ClosedRun[];
  readonly unreachable?: boolean;
}

export function putOnHost(world: World, host: string, state: ToyHostState): void {
  writeFileSync(join(world.folder, `host-${host}`), JSON.stringify(state));
}

export function onHost(world: World, host: string): ToyHostState {
  const file = join(world.folder, `host-${host}`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ToyHostState) : {};
}

/** As `hostFences`, over these files. What the guard does is tested with the guard. */
export function toyFences(world: World, entries: readonly HostEntry[]): HostFences {
  return {
    look: async () =>
      entries.map(({ name: host }) => {
        const { fence, running = [], held = [], closed = [], unreachable } = onHost(world, host);
        return unreachable === true
          ? { host, error: new HostError('E_UNREACHABLE', `${host} does not answer`, { host }) }
          : ({ host, fence, running, held, closed } satisfies SeenHost);
      }),
    open: async (host, { run, claim, by, reason }) => {
      const { fence, closed = [], ...rest } = onHost(world, host);
      if (fence?.run !== run || fence.claim !== claim)
        throw new HostError('E_FENCED', `${host} is not ${run}'s`, { host });
      const record: ClosedRun = {
        ...{ run, claim, by, reason, outcome: 'abandoned', owner: fence.owner },
        at: '2026-11-24T10:00:00Z',
      };
      putOnHost(world, host, { ...rest, closed: [...closed, record] });
      return 'opened';
    },
  };
}
