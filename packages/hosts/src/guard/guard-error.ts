import { HostError } from '../host-error';
import type { GuardAnswer } from './guard-answer';
import { endedError, fencedError } from './fenced-error';
import { parseClosedRun } from './parse-closed-run';
import { parseFence } from './parse-fence';

/** An answer that is a no, as an error. `asked` says what for: `job 0042.…`, `plant`. */
export function guardError(host: string, asked: string, answer: GuardAnswer): HostError {
  const where = `${host}: guard ${asked}`;
  switch (answer.state) {
    case 'fenced':
      return fenced(host, where, answer);
    case 'no-fence':
      return new HostError('E_FENCE_MISSING', `${host} carries no fence of this run any more`, {
        host,
        where,
        hint: 'Somebody removed /var/lib/pawl/fence, or put back an older copy of the disk. Nothing is assumed; find out who.',
      });
    case 'not-installed':
      return new HostError('E_FENCE_MISSING', `${host} doesn't have the guard that this run put there`, {
        host,
        where,
        hint: 'Somebody removed or changed files in /var/lib/pawl/host. Find out who. Where the fence is still there, `pawl resume RUN --decide ask-again --reason WHY` installs the guard again, and goes on.',
      });
    case 'once-taken':
      return new HostError(
        'E_ONE_SHOT_STARTED',
        `on ${host} another job has already begun this one-shot act: ${answer.fields['job'] ?? '?'}`,
        {
          host,
          where,
          facts: { job: answer.fields['job'] ?? '' },
          hint: 'It is never begun twice. What became of that job: pawl status, which says what can be decided.',
        },
      );
    case 'job-running':
      return new HostError(
        'E_JOB_RUNNING',
        `on ${host} the job ${answer.fields['job'] ?? '?'} is still running`,
        {
          host,
          where,
          facts: { job: answer.fields['job'] ?? '' },
          hint: 'Wait until it has ended, then try again.',
        },
      );
    case 'used':
      return new HostError(
        'E_FENCE_USED',
        `the fence on ${host} can't be withdrawn: the run has made jobs there`,
        { host, where, hint: 'Resume the run, or take it back: pawl status says which.' },
      );
    case 'no-tmpfs':
      return new HostError('E_NO_TMPFS', `/run/pawl on ${host} is not in memory (tmpfs)`, {
        host,
        where,
        hint: 'What goes to a job on standard input may be secret, and is kept off the disk. Mount a tmpfs on /run, as systemd does.',
      });
    default:
      return new HostError('E_GUARD', `the guard on ${host} answered '${answer.state}' to ${asked}`, {
        host,
        where,
        hint: 'Somebody may have changed files in /var/lib/pawl there. Find out who, then say the same again: whatever was begun is found as it is.',
      });
  }
}

function fenced(host: string, where: string, { fields, stdout }: GuardAnswer): HostError {
  const [run = '', text] = [fields['run'], stdout.toString('utf8')];
  const fence = parseFence(text);
  return fence === undefined
    ? endedError(host, parseClosedRun(run, text))
    : fencedError(host, where, run, fence);
}
