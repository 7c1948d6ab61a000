import { pause } from './pause';
import type { CommandResult } from '../host';
import { HostError } from '../host-error';
import { hostTrouble } from '../host-trouble';
import { sh } from '../sh';
import type { AsRoot } from './as-root';
import { type GuardAnswer, parseGuardAnswer } from './guard-answer';
import { guardRequest, type GuardVerb, type RequestLine } from './guard-request';
import { guardScript } from './guard-script';

export interface GuardQuestion {
  readonly verb: GuardVerb;
  readonly lines: readonly RequestLine[];
  readonly payloads?: readonly Buffer[];
}

/**
 * Asks the guard on a host, again with a growing pause where the connection is lost, until `until` (ms of `performance.now()`,
 * which no change of the clock moves).
 * Every verb may be asked twice: what was done is found done. A request that was cut does nothing.
 * @throws HostError `E_UNREACHABLE` when `until` has passed, `E_GUARD` where the guard itself broke, and those of `rootCommand`
 */
export async function askGuard(root: AsRoot, question: GuardQuestion, until: number): Promise<GuardAnswer> {
  for (let pauseMs = 100; ; pauseMs = Math.min(pauseMs * 2, 5000)) {
    const said = await askOnce(root, question).catch(unlessConnectionLost);
    if (!(said instanceof HostError)) {
      // A request was cut, or another run's guard holds the fence's lock: neither is an answer.
      if (said.state !== 'cut' && said.state !== 'busy') return said;
      if (performance.now() + pauseMs > until) throw noAnswer(root, question, said.state);
    } else if (root.closed.aborted || performance.now() + pauseMs > until) throw said;
    await pause(pauseMs, root.closed);
  }
}

async function askOnce(root: AsRoot, question: GuardQuestion): Promise<GuardAnswer> {
  const request = guardRequest(question.lines, question.payloads);
  const result = await root.run(['/bin/sh', '-c', launch().text, 'pawl', question.verb], request);
  const answer = result.exit === 0 ? parseGuardAnswer(result.stdout) : undefined;
  if (answer !== undefined) return answer;
  throw broken(root, question, result);
}

/** The guard is looked at each time before it is trusted. Its name is its digest, so it never changes under a running shell. */
function launch() {
  const { sha256, path } = guardScript();
  return sh`
if printf '%s  %s\n' ${sha256} ${path} | sha256sum -c --status 2>/dev/null; then exec /bin/sh ${path} "$1"; fi
cat >/dev/null
printf 'pawl-guard 1\nstate not-installed\n\n'`;
}

function unlessConnectionLost(error: unknown): HostError {
  if (error instanceof HostError && error.code === 'E_UNREACHABLE') return error;
  throw error;
}

/** Ended by a signal, or by `timeout`: as good as a lost connection. Any other status: the guard could not do its work. */
function broken(root: AsRoot, { verb }: GuardQuestion, result: CommandResult): HostError {
  const ended = result.exit === null || result.exit === 124 || result.exit > 128;
  const said = result.stderr.toString('utf8').trim().slice(-600);
  const detail = {
    host: root.host,
    where: `${root.host}: guard ${verb}`,
    facts: { exit: result.exit, said },
  };
  if (ended) {
    return new HostError('E_UNREACHABLE', `the guard on ${root.host} was ended in the middle of ${verb}`, {
      ...detail,
      hint: 'Whatever it had begun is found there by whoever resumes. Say the same again.',
      facts: { ...detail.facts, began: true },
    });
  }
  return new HostError(
    'E_GUARD',
    `the guard on ${root.host} could not ${DOES[verb]}: ${said || 'no word why'}`,
    {
      ...detail,
      hint:
        hostTrouble(root.host, said, result.exit)?.hint ??
        'Look at the host: a full or read-only disk under /var/lib/pawl, or a missing command. What it had begun stands in /var/lib/pawl/runs.',
    },
  );
}

/** For people: `could not …`. */
const DOES: Readonly<Record<GuardVerb, string>> = {
  plant: 'plant the fence',
  close: 'close the fence',
  withdraw: 'take the fence away again',
  readme: 'write the way back by hand',
  job: 'begin the change',
  wait: 'say how far the change is',
  cancel: 'end the change',
};

function noAnswer(root: AsRoot, { verb }: GuardQuestion, state: string): HostError {
  const why =
    state === 'busy' ? 'the lock of the fence is held by another process' : 'every request arrived cut short';
  return new HostError('E_UNREACHABLE', `the guard on ${root.host} gave no answer to ${verb}: ${why}`, {
    host: root.host,
    where: `${root.host}: guard ${verb}`,
    hint: 'Nothing was begun there. Say the same again; where it stays so, `fuser /var/lib/pawl/host/lock` on that host names who holds the lock.',
    facts: { state, began: false },
  });
}
