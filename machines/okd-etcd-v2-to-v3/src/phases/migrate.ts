import {
  InDoubt,
  StepFailed,
  type Answer,
  type Choice,
  type JsonObject,
  type OneShotStep,
  type Phase,
  type Scope,
  type Task,
} from '@pawl/engine';
import { migrateCopy, parseMigrate, promoteCopy, type MigrateVerdict } from '@pawl/etcd';
import { guardedStep, planned, type ReadHands, type WorkHands } from '@pawl/fleet';
import type { JobMark } from '@pawl/hosts';
import { allHeld, asFacts, layoutOf, firstEtcdHost } from '@pawl/steps-etcd';
import type { OkdChoices } from '../choices';
import { presentRound } from '../facts';
import { copyOf } from '../copy-of';

/** Of the job itself; 600 MiB take half a minute (measured). */
const DEADLINE_MS = 3_600_000;

/** `etcdctl migrate`, once per work copy, on nothing but a work copy; then the copy takes its place. */
export const migrate: Phase<OkdChoices, ReadHands, WorkHands> = {
  name: 'migrate',
  title: 'Migrate the work copy',
  wayBack: 'Nothing to undo: only a copy was touched.',
  rollbackAt: 'masters-down',
  steps: [
    runMigrate(),
    guardedStep<OkdChoices, undefined>({
      name: 'promote',
      title: 'The migrated copy becomes `member`',
      targets: (scope) => [firstEtcdHost(scope)],
      undoneBy: 'originals-back/set-new-aside',
      verify: 'the copy is the unit’s member, and nothing was overwritten',
      deadlineMs: 60_000,
      retry: { attempts: 2, delayMs: 1_000 },
      first: allHeld,
      change: (scope, target) => promoteCopy(layoutOf(scope, target), copyOf(scope, target)),
    }),
  ],
};

const once = (scope: Scope<OkdChoices>, host: string) =>
  migrateCopy(layoutOf(scope, host), copyOf(scope, host), scope.run, DEADLINE_MS);

function runMigrate(): OneShotStep<OkdChoices, ReadHands, WorkHands> {
  return {
    kind: 'one-shot',
    name: 'run-migrate',
    title: 'etcdctl migrate',
    targets: (scope) => [firstEtcdHost(scope)],
    undoneBy: 'kept',
    startOverAt: 'set-aside/discard-spent',
    leftOpen:
      'its probe, by the marks of the job for this very copy and what it printed; never by what the data looks like. A copy that was tried and did not come to its end is discarded',
    verify:
      'its own job exited 0 with the line `finished transforming keys`; whether the data is right is decided in verify-v3',
    deadlineMs: DEADLINE_MS + 60_000,
    retry: { attempts: 5, delayMs: 2_000, factor: 2 },
    describe: (scope, target) => planned(once(scope, target)),
    round: (scope) => Math.max(1, presentRound(scope, firstEtcdHost(scope))),
    run: async (task) => {
      const job = await task.hands.host.change(once(task, task.target));
      const verdict = judged(job);
      // The engine asks the world next; `probe` reads the same output from the job and decides.
      if (verdict.verdict !== 'finished')
        throw new StepFailed('E_MIGRATE', `etcdctl migrate: ${verdict.verdict}: ${verdict.said}`, {
          hint: 'The original is untouched, and this copy is looked at before anything else is done with it.',
        });
      return { round: presentRound(task, task.target) };
    },
    probe,
  };
}

/**
 * Did it happen to the present copy? Decided by the job's marks on its host (docs/machine.md, "Did migrate happen?"),
 * never by what the data looks like: a killed migrate leaves a store that starts, healthy, at nearly the final revision.
 */
async function probe(task: Task<OkdChoices, ReadHands>): Promise<Answer> {
  const host = task.target;
  const round = Math.max(1, presentRound(task, host));
  const jobs = (await task.hands.jobs(host)).filter((job) => job.once === once(task, host).once);
  const tried =
    (await task.hands.on(host).read(['test', '-e', `${copyOf(task, host).folder}/migrate-started`])).exit ===
    0;
  const evidence = asFacts({ host, round, jobs, copyHasStartedMark: tried });
  const [job] = jobs;
  if (jobs.length > 1) return { verdict: 'unknown', round, evidence };
  if (job === undefined && tried) throw marksGone(task, round, evidence);
  if (job === undefined) await allHeld(task);
  if (job === undefined) return { verdict: 'untouched', round, evidence };
  return { ...(await fromJob(task, job)), round, evidence };
}

/** No job, and yet the copy was tried: the host's evidence was taken away. */
function marksGone(task: Task<OkdChoices, ReadHands>, round: number, evidence: JsonObject): InDoubt {
  const { folder } = copyOf(task, task.target);
  return new InDoubt(
    'E_MARKS_GONE',
    `on ${task.target} the work copy ${folder} says that a migrate of ${task.run} was begun on it, and there is no job that did: nothing proves how it ended`,
    choices('look once more, after what was in /var/lib/pawl/runs was put back'),
    {
      where: `${task.target}:/var/lib/pawl/runs/${task.run}/jobs`,
      hint: 'Somebody removed the marks of that job. Find out who; the copy is never taken as it is.',
      facts: { ...evidence, round },
    },
  );
}

/** Preflight saw v2 keys. What stands there now is not what was copied: whoever put it there has to be found first. */
function wrongDirectory(task: Task<OkdChoices, ReadHands>, job: JobMark, said: MigrateVerdict): InDoubt {
  const { folder } = copyOf(task, task.target);
  return new InDoubt(
    'E_NO_V2_KEYS',
    `on ${task.target} migrate found no v2 keys in ${folder}, and preflight did: this is not the copy that was made`,
    choices('look at the job again'),
    {
      where: `${task.target}:${folder}`,
      hint: 'Find out what lies there, and who put it there. It is never promoted.',
      facts: asFacts({ job: job.intent, copy: folder, exit: said.exit, said: said.said }),
    },
  );
}

/** What it would write after its wait is stale [measured]. It was ended by its job; its copy is not used any more. */
function copyInUse(task: Task<OkdChoices, ReadHands>, job: JobMark, stderr: string): InDoubt {
  const { folder } = copyOf(task, task.target);
  const holders = [...stderr.matchAll(/is open in (process \d+ \(.*\))$/gm)].map(([, holder = '']) => holder);
  const who = holders.length === 0 ? 'a process that had gone when it was looked for' : holders.join(', ');
  return new InDoubt(
    'E_COPY_IN_USE',
    `on ${task.target} the database of ${folder} was held by ${who}; migrate waited for it, and was ended`,
    choices('look at the job again'),
    {
      where: `${task.target}:${folder}`,
      hint: 'End that process, or keep it away from there (a backup, an indexer, an etcd started by hand), then start over. This copy is never used.',
      facts: asFacts({ job: job.intent, copy: folder, holders }),
    },
  );
}

function choices(lookAgain: string): readonly Choice[] {
  return [
    {
      name: 'ask-again',
      meaning: `${lookAgain}; nothing is run`,
      cost: 'nothing: it only looks',
    },
    {
      name: 'start-over',
      meaning: 'discard this copy, make a new one of the untouched original, and migrate that one, once',
      cost: 'the time of one more copy and migrate, within the outage; this copy is kept aside as evidence',
    },
  ];
}

async function fromJob(
  task: Task<OkdChoices, ReadHands>,
  job: JobMark,
): Promise<Pick<Answer, 'verdict' | 'facts'>> {
  switch (job.state) {
    case 'prepared': // made, never started: the same intent starts it
    case 'running': // beginning again under the same intent means re-attaching to it
      return { verdict: 'untouched' };
    case 'lost':
      return { verdict: 'spent' };
    case 'exited': {
      const output = await task.hands.jobOutput(task.target, job.intent);
      const verdict = judged(output);
      if (verdict.verdict === 'no-v2-keys') throw wrongDirectory(task, job, verdict);
      if (verdict.verdict === 'waiting') throw copyInUse(task, job, output.stderr);
      return verdict.verdict === 'finished'
        ? { verdict: 'done', facts: { round: presentRound(task, task.target) } }
        : { verdict: 'spent' };
    }
  }
}

function judged(output: {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}): MigrateVerdict {
  return parseMigrate({
    exit: output.exit,
    stdout: Buffer.from(output.stdout),
    stderr: Buffer.from(output.stderr),
  });
}
