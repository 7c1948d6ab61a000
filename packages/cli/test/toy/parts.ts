import { join } from 'node:path';
import type { Fleet } from '@pawl/engine';
import type { ReadHands, WorkHands } from '@pawl/fleet';
import { HostError } from '@pawl/hosts';
import type { Parts } from 'pawl';
import { toyCliMachine } from './cli-machine';
import { toyProof } from './proof';
import { toyRestore } from './restore';
import { keepJob, keptJobs, toyFences } from './fences';
import type { World } from './world';

/** The toy has no hosts to be reached: its steps act on the world's folder, and hands are asked for nothing. */
export function toyParts(world: World, version?: string): Parts {
  return {
    machines: [toyCliMachine(world, version), toyRestore(world), toyProof(world)],
    connect: ({ runsDir, run, entries }) => {
      const folder = join(runsDir, run);
      return {
        hands: { ...hands(folder), jobs: async (host) => marksOn(world, host, run) },
        fleet: fleet(world, folder),
        fences: toyFences(world, entries),
        close: async () => undefined,
      };
    },
  };
}

function fleet(world: World, runDir: string): Fleet<ReadHands, WorkHands> {
  return {
    attach: async () => [],
    reading: () => hands(runDir),
    working: (session, intent) => {
      keepJob(world, session, intent);
      return {
        ...hands(runDir),
        get host(): never {
          return nobody();
        },
        fences: { plant: async () => nobody(), close: async () => nobody() },
      };
    },
    detach: async () => undefined,
  };
}

function marksOn(world: World, host: string, run: string): Awaited<ReturnType<ReadHands['jobs']>> {
  if (world.trouble(`jobs-on/${host}`) !== undefined)
    throw new HostError('E_UNREACHABLE', `${host} does not answer`, { host });
  return keptJobs(world)
    .filter((job) => job.host === host && job.run === run)
    .map(({ intent }) => ({ intent, state: 'exited' }));
}

function hands(runDir: string): ReadHands {
  return {
    runDir,
    on: nobody,
    fence: async () => undefined,
    jobs: async () => [],
    jobOutput: async () => nobody(),
    closedRuns: async () => [],
  };
}

function nobody(): never {
  throw new Error('the toy has no hosts');
}
