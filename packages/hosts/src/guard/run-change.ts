import type { GuardIdentity } from '../fence';
import type { Change, JobResult } from '../host';
import { HostError } from '../host-error';
import type { AsRoot } from './as-root';
import { askGuard, type GuardQuestion } from './ask-guard';
import type { GuardAnswer } from './guard-answer';
import type { RequestLine } from './guard-request';
import { jobResult } from './job-result';
import { pause } from './pause';

const defaultDeadlineMs = 60_000;
/** What a deadline needs to be carried out on the host, marked and heard of. */
const graceMs = 30_000;
/** One `wait` on the host: short, so that a dead connection is noticed and a pause between two is never long. */
const waitSeconds = 20;
/**
 * A job that is made and has not begun: the host went down before the mark `started`, its runner could not write the mark, or
 * somebody who looked at the lock was in the way. Asking again begins it, or says what is in its way.
 */
const startsAtMost = 5;

/**
 * Makes the intent's job on a host, or finds it, and waits for it: `GuardedHost.change`.
 *
 * The host itself ends the job at its deadline. This side gives up a little later, and only then tells the guard to cancel:
 * where something of the job got away from the deadline and still holds the job's lock. Both count time that has passed, by clocks
 * that nobody sets: a clock that jumps a day ahead must not end a migrate.
 */
export async function runChange(
  root: AsRoot,
  identity: GuardIdentity,
  change: Change,
  faultPoint: (boundary: string) => void,
): Promise<JobResult> {
  const until = performance.now() + (change.deadlineMs ?? defaultDeadlineMs) + graceMs;
  const job = jobQuestion(identity, change);
  const ask = async (question: GuardQuestion, latest: number): Promise<GuardAnswer> =>
    askGuard(root, question, latest).catch((error: unknown) => {
      throw mayGoOn(error);
    });
  faultPoint('host:before');
  let answer = await ask(job, until);
  const reattached = answer.fields['reattached'] === '1';
  if (began(answer)) faultPoint('host:during');
  for (let starts = 1; performance.now() < until;) {
    if (answer.state === 'running') answer = await ask(waitQuestion(identity, until), until);
    else if (answer.state === 'prepared' && starts < startsAtMost) {
      await pause(100 * starts, root.closed);
      starts += 1;
      answer = await ask(job, until);
      if (began(answer)) faultPoint('host:during');
    } else break;
  }
  if (answer.state === 'running') {
    answer = await ask({ verb: 'cancel', lines: who(identity) }, performance.now() + graceMs);
  }
  if (began(answer)) faultPoint('host:after');
  return jobResult(root.host, identity.intent, change, answer, reattached);
}

/**
 * Whatever keeps us from hearing of the job (no connection, sudo withdrawn, a guard that broke) says nothing of the job: it runs
 * in a session of its own. One that has not begun is begun under the same intent the next time.
 */
function mayGoOn(error: unknown): unknown {
  if (!(error instanceof HostError)) return error;
  const { code, message, hint, where, facts, host, cause } = error;
  return new HostError(code, message, {
    ...(hint !== undefined && { hint }),
    ...(where !== undefined && { where }),
    ...(facts !== undefined && { facts }),
    ...(host !== undefined && { host }),
    ...(cause !== undefined && { cause }),
    endUnknown: true,
  });
}

function began(answer: GuardAnswer): boolean {
  return ['running', 'exited', 'lost'].includes(answer.state);
}

function jobQuestion(identity: GuardIdentity, change: Change): GuardQuestion {
  const script = Buffer.from(`${change.script.text}\n`);
  const record = Buffer.from(change.record === undefined ? '' : `${change.record.script.text}\n`);
  const stdin = Buffer.from(change.stdin ?? '');
  const lines: readonly RequestLine[] = [
    ...who(identity),
    ['phase', identity.phase],
    ['intent-json', identity.intentJson],
    ['once', change.once ?? ''],
    ['record-name', change.record?.name ?? ''],
    ['deadline', String(Math.max(1, Math.ceil((change.deadlineMs ?? defaultDeadlineMs) / 1000)))],
    ['script-bytes', String(script.length)],
    ['record-bytes', String(record.length)],
    ['stdin-bytes', String(stdin.length)],
  ];
  return { verb: 'job', lines, payloads: [script, record, stdin] };
}

function waitQuestion(identity: GuardIdentity, until: number): GuardQuestion {
  const seconds = Math.max(1, Math.min(waitSeconds, Math.ceil((until - performance.now()) / 1000)));
  return { verb: 'wait', lines: [...who(identity), ['seconds', String(seconds)]] };
}

function who(identity: GuardIdentity): readonly RequestLine[] {
  return [
    ['run', identity.run],
    ['claim', identity.claim],
    ['intent', identity.intent],
  ];
}
