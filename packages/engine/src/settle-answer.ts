import { commitWork, seqAt, type Move } from './commit-work';
import type { DueStep } from './due-step';
import type { RunReason } from './engine-api';
import type { Choice } from './errors';
import { optional, reasonFrom } from './failure';
import type { JsonObject } from './json';
import { boundaryOf, intentEntry, newIntent } from './open-intent';
import { pauseWanted } from './pause-wanted';
import type { ClosedIntent, JournalEntry } from './ports';
import { positionOf, type Position } from './position';
import { next } from './pure-core';
import type { Intent, IntentRecord } from './records';
import type { Answer } from './step';
import type { Work } from './work';

/**
 * One transaction: a probe's answer, what it says of the one-shot's intent, and the state that follows. Where that is
 * `running`, the intent to start and the mark of its round are in it too, so that no crash falls between them.
 */
export function settleAnswer<R, H extends R>(
  work: Work<R, H>,
  due: DueStep<R, H>,
  question: Intent,
  facts: JsonObject,
): void {
  const answer = facts as unknown as Answer;
  const before = work.store.intents(work.run, { phase: due.phase, step: due.step.name });
  const open = before.find((intent) => intent.state === 'open');
  const after = stateAfter(work, due, answer, open);
  const at = positionOf(after.value);
  const entry: JournalEntry = {
    kind: 'answer',
    data: {
      intent: question.id,
      step: `${due.phase}/${due.step.name}`,
      target: question.target,
      ...answerJson(answer),
    },
  };
  const starts =
    at.direction !== 'ended' && at.inner === 'running' && at.step === due.step.name && at.phase === due.phase;
  const what: Move = starts
    ? started(work, due, question, answer, open, before.length)
    : decided(work, due, question, answer, open, before.length);
  commitWork(work, `${boundaryOf(work, due, question.target)}/answer`, {
    ...what,
    entries: [entry, ...what.entries],
    close: [{ id: question.id, state: 'succeeded', facts: answerJson(answer) }, ...(what.close ?? [])],
    next: after,
    ...optional('answers', pausedBy(work, at)),
    ...optional('reason', reasonOf(work, due, answer, open)),
  });
}

function pausedBy<R, H extends R>(work: Work<R, H>, at: Position): readonly number[] | undefined {
  return at.direction !== 'ended' && at.inner === 'paused' ? pauseWanted(work)?.answers : undefined;
}

function stateAfter<R, H extends R>(
  work: Work<R, H>,
  due: DueStep<R, H>,
  answer: Answer,
  open: IntentRecord | undefined,
): ReturnType<typeof next> {
  const { verdict, round } = answer;
  const resumes = open?.round === round;
  const enough = resumes && (open.tries ?? 0) >= (due.step.retry?.attempts ?? 1);
  const after = next(work.machine.xstate, work.snapshot, {
    done: due.id,
    output: { verdict, round, resumes, enough },
  });
  const at = positionOf(after.value);
  // The last safe point before the step that must not happen twice.
  const starts = at.direction !== 'ended' && at.inner === 'running' && verdict === 'untouched';
  return starts && pauseWanted(work) !== undefined
    ? next(work.machine.xstate, work.snapshot, { type: 'PAUSE' })
    : after;
}

function started<R, H extends R>(
  work: Work<R, H>,
  due: DueStep<R, H>,
  question: Intent,
  answer: Answer,
  open: IntentRecord | undefined,
  attempts: number,
): Move {
  if (open !== undefined) return { entries: [] };
  const intent = ownIntent(work, due, question, answer, attempts);
  return { entries: [intentEntry(intent)], open: [intent] };
}

/** What the answer makes of the one-shot's intent: done and spent close it, anything else leaves it open. */
function decided<R, H extends R>(
  work: Work<R, H>,
  due: DueStep<R, H>,
  question: Intent,
  answer: Answer,
  open: IntentRecord | undefined,
  attempts: number,
): Move {
  if (answer.verdict === 'spent' && open !== undefined) {
    const error = { kind: 'failed', code: 'E_SPENT', message: 'it began and did not succeed' };
    return {
      entries: [outcome(open, { state: 'failed', error })],
      close: [{ id: open.id, state: 'failed', error }],
    };
  }
  if (answer.verdict !== 'done') return { entries: [] };
  const facts = answer.facts ?? {};
  // Done without an intent of ours: the facts need one to stand in. It is opened and closed in this transaction.
  const intent = open ?? ownIntent(work, due, question, answer, attempts);
  const close: ClosedIntent = { id: intent.id, state: 'succeeded', facts };
  const end = outcome(intent, { state: 'succeeded', facts });
  if (open !== undefined) return { entries: [end], close: [close] };
  return { entries: [intentEntry(intent), end], open: [intent], close: [close] };
}

function ownIntent<R, H extends R>(
  work: Work<R, H>,
  due: DueStep<R, H>,
  question: Intent,
  answer: Answer,
  attempts: number,
): Intent {
  const { target } = question;
  const { round } = answer;
  // Row 0 of the commit is the answer, row 1 this intent.
  return newIntent(work, due, {
    name: due.step.name,
    target,
    attempt: attempts + 1,
    seq: seqAt(work, 1),
    round,
  });
}

/** Written where the state that follows is a rest. */
function reasonOf<R, H extends R>(
  work: Work<R, H>,
  due: DueStep<R, H>,
  answer: Answer,
  open: IntentRecord | undefined,
): RunReason | undefined {
  const where = `${due.phase}/${due.step.name}`;
  const facts = { evidence: answer.evidence, round: answer.round };
  switch (answer.verdict) {
    case 'done':
      return undefined;
    case 'spent':
      return {
        code: 'E_SPENT',
        message: `round ${answer.round} of ${where} came to nothing, like those before it`,
        hint: 'Find out why from the evidence, mend it, then resume: it starts over.',
        where,
        facts,
      };
    case 'untouched': {
      const kept = lastFailure(work, open);
      const said = kept === undefined ? '' : `: ${kept.message} (${kept.code})`;
      return (
        pauseWanted(work)?.reason ?? {
          code: 'E_NOT_BEGUN',
          message: `${where} was tried on round ${answer.round}, and the world says that it never began${said}`,
          hint: `Mend what keeps it from beginning, then resume: the same round is begun.${kept?.hint === undefined ? '' : ` ${kept.hint}`}`,
          where,
          facts,
        }
      );
    }
    case 'unknown':
      return {
        code: 'E_IN_DOUBT',
        message: `nothing proves whether ${where} happened on round ${answer.round}`,
        hint: 'Look at the evidence, then choose.',
        where,
        facts,
        choices: choicesOf(due),
      };
  }
}

/** What was said when it was last tried. Its intent is still open, so only the journal has it. */
function lastFailure<R, H extends R>(
  work: Work<R, H>,
  open: IntentRecord | undefined,
): RunReason | undefined {
  if (open === undefined) return undefined;
  const last = work.store
    .journal(work.run, open.seq)
    .findLast(({ kind, data }) => kind === 'outcome' && data['intent'] === open.id);
  return reasonFrom(last?.data['error'] as JsonObject | undefined);
}

/** What a person can decide about a one-shot step. Never "done": that is for the world to say. */
export function choicesOf<R, H extends R>(due: Pick<DueStep<R, H>, 'step'>): readonly Choice[] {
  const again: Choice = {
    name: 'ask-again',
    meaning: 'look at the world once more; nothing is started',
    cost: 'nothing but the time it takes',
  };
  if (due.step.kind !== 'one-shot') return [again];
  const over = `give this round up and go back to ${due.step.startOverAt}`;
  const cost = 'what this round made is not used any more; the time of another round';
  return [again, { name: 'start-over', meaning: over, cost }];
}

function outcome(intent: Intent, data: JsonObject): JournalEntry {
  const { id, phase, step, target } = intent;
  return { kind: 'outcome', data: { intent: id, step: `${phase}/${step}`, target, ...data } };
}

function answerJson(answer: Answer): JsonObject {
  const { verdict, round, evidence, facts } = answer;
  return { verdict, round, evidence, ...optional('facts', facts) };
}
