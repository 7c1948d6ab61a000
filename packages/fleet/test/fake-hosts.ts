import { Readable } from 'node:stream';
import {
  HostError,
  type Change,
  type CommandResult,
  type Fence,
  type GuardIdentity,
  type Hosts,
  type JobMark,
  type JobResult,
  type ReadHost,
} from '@pawl/hosts';

/** Hosts at their interface: fences kept as the guard keeps them, jobs answered as the test says, every call written down. */
export interface FakeHosts extends Hosts {
  readonly calls: string[];
  readonly fences: Map<string, Fence>;
  readonly closed: Map<string, string>;
  readonly marks: Map<string, readonly JobMark[]>;
  readonly changes: { readonly host: string; readonly identity: GuardIdentity; readonly change: Change }[];
  /** What the next changes answer; exit 0 and nothing said, if it is empty. */
  readonly answers: (Partial<JobResult> | Error)[];
  /** Errors for single hosts, by `verb host`. */
  readonly failures: Map<string, Error>;
}

export function fakeHosts(names: readonly string[]): FakeHosts {
  const calls: string[] = [];
  const fences = new Map<string, Fence>();
  const closed = new Map<string, string>();
  const marks = new Map<string, readonly JobMark[]>();
  const changes: FakeHosts['changes'] = [];
  const answers: FakeHosts['answers'] = [];
  const failures = new Map<string, Error>();
  const call = (verb: string, host: string): void => {
    calls.push(`${verb} ${host}`);
    const failure = failures.get(`${verb} ${host}`);
    if (failure !== undefined) throw failure;
  };
  const own = (host: string, run: string, claim: string): void => {
    const fence = fences.get(host);
    if (fence === undefined) throw new HostError('E_FENCE_MISSING', `no fence on ${host}`);
    if (fence.run !== run || fence.claim !== claim) throw fenced(host, fence);
  };
  return {
    ...{ names, calls, fences, closed, marks, changes, answers, failures },
    reading: (host) => readHost(host, () => closed.get(host) ?? ''),
    guarded: (host, identity, faultPoint) => ({
      ...readHost(host, () => ''),
      async change(change) {
        call('change', host);
        changes.push({ host, identity, change });
        faultPoint('host:before');
        const answer = answers.shift() ?? {};
        if (answer instanceof Error) throw answer;
        faultPoint('host:after');
        return { exit: 0, stdout: '', stderr: '', reattached: false, ...answer };
      },
    }),
    async fence(host) {
      call('fence', host);
      return fences.get(host);
    },
    async plantFence(host, fence, earlier) {
      call('plant', host);
      const there = fences.get(host);
      if (
        there !== undefined &&
        (there.run !== fence.run || ![fence.claim, ...earlier].includes(there.claim))
      ) {
        throw fenced(host, there);
      }
      fences.set(host, fence);
      if (there === undefined) return 'planted';
      return there.claim === fence.claim ? 'already' : 'renewed';
    },
    async closeFence(host, run, claim, outcome) {
      call('close', host);
      own(host, run, claim);
      fences.delete(host);
      closed.set(host, `run ${run}\noutcome ${outcome}\nclaim ${claim}\n`);
      return 'closed';
    },
    async openFence(host, { run, claim, by, reason }) {
      call('open', host);
      own(host, run, claim);
      fences.delete(host);
      closed.set(host, `run ${run}\noutcome abandoned\nclaim ${claim}\nby ${by}\nreason ${reason}\n`);
      return 'opened';
    },
    async withdrawFence(host, run, claim) {
      call('withdraw', host);
      if (fences.has(host)) own(host, run, claim);
      fences.delete(host);
    },
    async writeReadme(host, identity, text) {
      call(`readme ${text}`, host);
      own(host, identity.run, identity.claim);
    },
    async jobs(host) {
      call('jobs', host);
      return marks.get(host) ?? [];
    },
    async close() {
      calls.push('close');
    },
  };
}

function readHost(name: string, stdout: () => string): ReadHost {
  const read = async (): Promise<CommandResult> => ({
    exit: 0,
    stdout: Buffer.from(stdout()),
    stderr: Buffer.alloc(0),
  });
  return { name, address: name, read, readScript: read, readStream: () => Readable.from([]) };
}

function fenced(host: string, fence: Fence): HostError {
  return new HostError('E_FENCED', `${host} belongs to ${fence.run}`, {
    host,
    facts: { fence: { ...fence } },
  });
}
