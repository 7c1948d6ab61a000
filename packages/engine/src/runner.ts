import type { SignalOf } from './attempt';
import { plainJson } from './canonical';
import { PawlError, StepBlocked } from './errors';
import type { DueStep } from './due-step';
import type { JsonObject } from './json';
import { boundaryOf } from './open-intent';
import type { Intent } from './records';
import type { Answer, Task } from './step';
import type { Work } from './work';

/** What one attempt runs: the step's code or its probe, with the hands it may have. Resolves to plain facts. */
export function runnerOf<R, H extends R>(
  work: Work<R, H>,
  due: DueStep<R, H>,
  intent: Intent,
): (signal: SignalOf) => Promise<JsonObject> {
  const { fleet, session } = work;
  const boundary = boundaryOf(work, due, intent.target);
  const { step, asks } = due;
  return async (signal) => {
    if (asks !== undefined) {
      const subject = lastIntent(work, due) ?? intent;
      const hands = fleet.reading(session, subject);
      return await between(work, `${boundary}/probe`, async () =>
        answerFacts(
          weighed(await asks.probe(taskOf(work, due, subject, hands, signal)), asks.round(work.scope)),
          due.id,
        ),
      );
    }
    if (step.kind === 'read') {
      const hands = fleet.reading(session, intent);
      return await between(work, `${boundary}/host`, async () =>
        facts(await step.run(taskOf(work, due, intent, hands, signal)), due.id),
      );
    }
    // The fleet calls the boundaries of a guarded change itself: it knows when the job has begun.
    const hands = fleet.working(session, intent, boundary);
    return facts(await step.run(taskOf(work, due, intent, hands, signal)), due.id);
  };
}

function taskOf<R, H extends R, T>(
  work: Work<R, H>,
  due: DueStep<R, H>,
  intent: Intent,
  hands: T,
  signal: SignalOf,
): Task<JsonObject, T> {
  const { run, choices, facts: known, said } = work.scope;
  const { target } = intent;
  const { phase, name: step } = due;
  const progress = (message: string): void => {
    work.notify({ type: 'progress', run, phase, step, target, message });
  };
  return {
    ...{ run, choices, facts: known, target, intent, hands, progress },
    ...(said !== undefined && { said }),
    get signal() {
      return signal();
    },
  };
}

async function between<R, H extends R, T>(
  work: Work<R, H>,
  prefix: string,
  look: () => Promise<T>,
): Promise<T> {
  work.faultPoint(`${prefix}:before`);
  const seen = await look();
  work.faultPoint(`${prefix}:after`);
  return seen;
}

/** The one-shot's own last intent: its job is what the probe looks for. */
function lastIntent<R, H extends R>(work: Work<R, H>, due: DueStep<R, H>): Intent | undefined {
  return work.store.intents(work.run, { phase: due.phase, step: due.step.name }).at(-1);
}

function facts(value: unknown, where: string): JsonObject {
  const plain = plainJson(value, `the facts of ${where}`);
  if (typeof plain !== 'object' || plain === null || Array.isArray(plain)) {
    throw new PawlError('E_NOT_JSON', `the facts of ${where} are no object`);
  }
  return plain as JsonObject;
}

/** An answer about another round than the run is at proves nothing about this one. */
function weighed(answer: Answer, round: number): Answer {
  if (round === answer.round) return answer;
  return { ...answer, verdict: 'unknown', evidence: { ...answer.evidence, expectedRound: round } };
}

const VERDICTS: readonly Answer['verdict'][] = ['untouched', 'done', 'spent', 'unknown'];

function answerFacts(answer: Answer, where: string): JsonObject {
  if (!VERDICTS.includes(answer.verdict) || !Number.isInteger(answer.round)) {
    throw new StepBlocked('E_ANSWER', `the probe of ${where} gave no answer: ${JSON.stringify(answer)}`, {
      hint: 'That is a defect of the machine: report it with the journal (`pawl journal RUN --export FILE`).',
    });
  }
  return facts(answer, where);
}
