import type { Change, JobResult } from '../host';
import { HostError, type HostFacts } from '../host-error';
import { hostTrouble } from '../host-trouble';
import type { GuardAnswer } from './guard-answer';
import { guardError } from './guard-error';

/** The guard's last word on a job, as a result or as the error that `GuardedHost.change` promises. */
export function jobResult(
  host: string,
  intent: string,
  change: Change,
  answer: GuardAnswer,
  reattached: boolean,
): JobResult {
  const where = `${host}: ${change.what}`;
  const seen: HostFacts = {
    intent,
    state: answer.state,
    stderr: tail(answer.stderr),
    stdout: tail(answer.stdout),
  };
  const { 'ended-by': endedBy, signalled, exit } = answer.fields;
  if (answer.state === 'running') {
    // Not as a deadline: nobody may begin another job beside it.
    throw new HostError('E_JOB_RUNNING', `on ${host} '${change.what}' took longer than it may, and goes on`, {
      host,
      where,
      facts: seen,
      hint: `It was told to end and did not: a disk that hangs? Something of it still holds the lock of /var/lib/pawl/runs/*/jobs/${intent}.`,
    });
  }
  if (signalled === '1' || endedBy === 'deadline' || endedBy === 'cancelled') {
    throw new HostError('E_DEADLINE', `on ${host} '${change.what}' took longer than it may`, {
      host,
      where,
      facts: seen,
      hint: 'It was ended on the host. What it had done by then stands.',
    });
  }
  if (answer.state === 'lost') {
    throw new HostError('E_JOB_LOST', `on ${host} '${change.what}' began, and nothing says how it ended`, {
      host,
      where,
      facts: seen,
      hint: `The host went down in the middle of it, it was killed there, or /var/lib/pawl takes no more writes (\`df -h\` and /proc/mounts on ${host} say so). It is not started again under this intent.`,
    });
  }
  if (answer.state === 'no-job') {
    throw new HostError(
      'E_JOB_LOST',
      `on ${host} the job of '${change.what}' was removed while it was waited for`,
      {
        host,
        where,
        facts: seen,
        hint: `Somebody removed /var/lib/pawl/runs/*/jobs/${intent}. Whether it ran to its end is not known.`,
      },
    );
  }
  if (answer.state === 'prepared') {
    const said = tail(answer.stderr);
    throw new HostError('E_GUARD', `on ${host} '${change.what}' can't begin: ${said || 'no word why'}`, {
      host,
      where,
      facts: seen,
      hint:
        hostTrouble(host, said)?.hint ??
        'Look at the host: a full or read-only disk under /var/lib/pawl, or a missing command. It has not begun.',
    });
  }
  if (answer.state !== 'exited' || exit === undefined) throw guardError(host, `job ${intent}`, answer);
  return {
    exit: Number(exit),
    stdout: answer.stdout.toString('utf8'),
    stderr: answer.stderr.toString('utf8'),
    ...(change.record === undefined || endedBy === 'record'
      ? {}
      : { recorded: answer.recorded.toString('utf8') }),
    reattached,
  };
}

function tail(output: Buffer): string {
  return output.subarray(-600).toString('utf8');
}
