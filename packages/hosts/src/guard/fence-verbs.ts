import type { Fence, FenceOpening, GuardIdentity } from '../fence';
import type { AsRoot } from './as-root';
import { askGuard, type GuardQuestion } from './ask-guard';
import type { GuardAnswer } from './guard-answer';
import { guardError } from './guard-error';
import type { RequestLine } from './guard-request';
import { installGuard } from './install-guard';

/** A fence is a matter of a moment; a host that can't be reached for this long is unreachable. */
const patienceMs = 30_000;

/** Installs the guard where it is not, then plants or renews. See `Hosts.plantFence`. */
export async function plantFence(
  root: AsRoot,
  fence: Fence,
  earlier: readonly string[],
): Promise<'planted' | 'renewed' | 'already'> {
  const question: GuardQuestion = {
    verb: 'plant',
    lines: [
      ['run', fence.run],
      ['claim', fence.claim],
      ...earlier.map((claim): RequestLine => ['earlier', claim]),
      ['owner', fence.owner],
      ['database', fence.database],
      ['since', fence.since],
      ['phase', fence.phase],
    ],
  };
  const answer = await askInstalling(root, question);
  const { state } = answer;
  if (state === 'planted' || state === 'renewed' || state === 'already') return state;
  throw guardError(root.host, 'plant', answer);
}

export async function closeFence(
  root: AsRoot,
  run: string,
  claim: string,
  outcome: string,
): Promise<'closed' | 'already'> {
  const answer = await ask(root, { verb: 'close', lines: [...who(run, claim), ['outcome', outcome]] });
  if (answer.state === 'closed' || answer.state === 'already') return answer.state;
  throw guardError(root.host, 'close', answer);
}

/** Closing, by somebody who does not drive the run: the guard may be another release's, or gone. See `Hosts.openFence`. */
export async function openFence(root: AsRoot, opening: FenceOpening): Promise<'opened' | 'already'> {
  const { run, claim, by, reason } = opening;
  const answer = await askInstalling(root, {
    verb: 'close',
    lines: [...who(run, claim), ['outcome', 'abandoned'], ['by', by], ['reason', reason]],
  });
  if (answer.state === 'closed') return 'opened';
  if (answer.state === 'already') return 'already';
  throw guardError(root.host, 'unfence', answer);
}

export async function withdrawFence(root: AsRoot, run: string, claim: string): Promise<void> {
  const answer = await ask(root, { verb: 'withdraw', lines: who(run, claim) });
  if (answer.state !== 'withdrawn' && answer.state !== 'already')
    throw guardError(root.host, 'withdraw', answer);
}

export async function writeReadme(root: AsRoot, identity: GuardIdentity, text: string): Promise<void> {
  const bytes = Buffer.from(text);
  const lines: readonly RequestLine[] = [
    ...who(identity.run, identity.claim),
    ['text-bytes', String(bytes.length)],
  ];
  const answer = await ask(root, { verb: 'readme', lines, payloads: [bytes] });
  if (answer.state !== 'written') throw guardError(root.host, 'readme', answer);
}

async function askInstalling(root: AsRoot, question: GuardQuestion): Promise<GuardAnswer> {
  const answer = await ask(root, question);
  if (answer.state !== 'not-installed') return answer;
  await installGuard(root);
  return ask(root, question);
}

function ask(root: AsRoot, question: GuardQuestion): Promise<GuardAnswer> {
  return askGuard(root, question, performance.now() + patienceMs);
}

function who(run: string, claim: string): readonly RequestLine[] {
  return [
    ['run', run],
    ['claim', claim],
  ];
}
