import { readClosedRuns, readJobOutput, type Hosts } from '@pawl/hosts';
import type { ReadHands } from './hands';

/** Hands that can look at every host of a run and change none. What `check` and `plan` use, who have no session. */
export function readHands(hosts: Hosts, run: string, runDir: string): ReadHands {
  return {
    runDir,
    on: (host) => hosts.reading(host),
    fence: (host) => hosts.fence(host),
    jobs: (host, of = run) => hosts.jobs(host, of),
    jobOutput: async (host, intent) => readJobOutput(hosts.reading(host), run, intent),
    closedRuns: async (host) => readClosedRuns(hosts.reading(host)),
  };
}
