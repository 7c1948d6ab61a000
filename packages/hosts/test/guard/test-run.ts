import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import {
  type Change,
  type Fence,
  type GuardIdentity,
  type Hosts,
  type JobResult,
  openHosts,
  sh,
} from '../../src';
import { type PrivateHost, privateHost, type Shell, whyNoPrivateHost } from './private-host';

export const shells: readonly Shell[] = ['dash', 'bash', 'busybox'];

const noPrivateHost = whyNoPrivateHost();

// Real processes on a machine that may have other things to do.
jest.setTimeout(30_000);

/** `describe`, or a loud skip where the guard can't be run for real. */
export const describeOnHost = noPrivateHost === undefined ? describe : describe.skip;
if (noPrivateHost !== undefined) {
  process.stderr.write(`\nLEFT OUT: the tests of the guard on a host (${noPrivateHost}).\n\n`);
}

/** A host of a run, fenced by claim `c1`, and what the tests do to it. */
export interface TestRun {
  readonly host: PrivateHost;
  readonly hosts: Hosts;
  readonly name: string;
  readonly run: string;
  readonly boundaries: string[];
  fence(claim?: string, run?: string): Fence;
  identity(intent: string, claim?: string): GuardIdentity;
  change(intent: string, change: Partial<Change>, claim?: string): Promise<JobResult>;
  /** How often `effect` ran in this run. */
  effects(): number;
  /** The path of a job's file on the host. */
  job(intent: string, file?: string): string;
  exists(path: string): boolean;
  touch(path: string): void;
}

let count = 0;

/** Of the test before. */
const leftovers = [
  '/var/lib/effects',
  '/var/lib/go',
  '/var/lib/here',
  '/var/lib/pawl/fence',
  '/var/lib/pawl/README',
  '/var/lib/pawl/runs',
  '/usr/local/sbin/ln',
];

/** One effect, countable from outside. */
export const effect = sh`echo x >>/var/lib/effects`;

/** Goes on when the test has made the file. */
export function waitFor(path: string) {
  return sh`while [ ! -e ${path} ]; do sleep 0.02; done`;
}

/** `way`: how the host is reached; by child processes if left out. */
export async function testRun(
  host: PrivateHost,
  way?: { readonly hosts: Hosts; readonly name: string },
): Promise<TestRun> {
  const run = `run-${(count += 1)}`;
  const hosts = way?.hosts ?? openHosts({ entries: [host.entry] }, () => host.transport);
  const name = way?.name ?? host.entry.name;
  const boundaries: string[] = [];
  const fence = (claim = 'c1', of = run): Fence => ({
    run: of,
    claim,
    owner: 'anna@controller',
    database: '/home/anna/my state/pawl.db',
    since: '2026-11-24T10:00:00Z',
    phase: 'prepare',
  });
  const identity = (intent: string, claim = 'c1'): GuardIdentity => ({
    run,
    claim,
    phase: 'stop-etcd',
    intent,
    intentJson: `{"intent":"${intent}"}`,
  });
  const test: TestRun = {
    host,
    hosts,
    name,
    run,
    boundaries,
    fence,
    identity,
    change: (intent, change, claim) =>
      hosts
        .guarded(name, identity(intent, claim), (boundary) => void boundaries.push(boundary))
        .change({ what: 'count an effect', script: effect, ...change }),
    effects: () => {
      const counted = host.path('/var/lib/effects');
      return existsSync(counted) ? readFileSync(counted, 'utf8').split('\n').length - 1 : 0;
    },
    job: (intent, file = '') => `/var/lib/pawl/runs/${run}/jobs/${intent}/${file}`,
    exists: (path) => existsSync(host.path(path)),
    touch: (path) => writeFileSync(host.path(path), ''),
  };
  for (const left of leftovers) rmSync(host.path(left), { recursive: true, force: true });
  await hosts.plantFence(name, fence(), []);
  return test;
}

/** One private host for the tests of a shell, each with a run of its own on it. */
export function onHost(shell: Shell): { readonly test: TestRun } {
  let host: PrivateHost;
  let current: TestRun;
  beforeAll(async () => {
    host = await privateHost(shell);
  });
  beforeEach(async () => {
    current = await testRun(host);
  });
  afterEach(() => {
    host.crash();
  });
  afterAll(async () => {
    await host.close();
  });
  return {
    get test() {
      return current;
    },
  };
}
