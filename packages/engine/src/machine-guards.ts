import type { Answer } from './step';
import type { JsonObject } from './json';
import type { Said } from './scope';

/** All that a machine remembers. Everything else is in the journal. */
export interface MachineContext {
  readonly choices: JsonObject;
  /** One-shot step → the last round that was started. */
  readonly marks: Readonly<Record<string, number>>;
  /** One-shot step → how many rounds came to nothing; and how many cleanups began. */
  readonly spent: Readonly<Record<string, number>>;
  readonly said: Said;
}

/** How an attempt ended, as the machine needs to know it. */
export interface FailureFeed {
  readonly kind: 'failed' | 'blocked' | 'refused' | 'in-doubt';
  readonly code: string;
  /** Whether this run has changed anything yet. */
  readonly changed: boolean;
}

/** A probe's answer, and what the journal adds to it. */
export interface AnswerFeed {
  readonly verdict: Answer['verdict'];
  readonly round: number;
  /** An intent of this very round is open: beginning again means re-attaching to its job. */
  readonly resumes: boolean;
  /** The step's attempts are used up. */
  readonly enough: boolean;
}

export type OperatorEvent =
  | { readonly type: 'PAUSE' }
  | { readonly type: 'RESUME' }
  | { readonly type: 'DECIDE'; readonly choice: string }
  | {
      readonly type: 'ROLLBACK';
      /** An irreversible step has been begun. */
      readonly crossed: boolean;
      /** What would be lost was shown and consented to by name. */
      readonly consent: boolean;
      /** Hosts that are left behind. */
      readonly dead: readonly string[];
    }
  /** On the way back: more hosts that will not come back. */
  | { readonly type: 'HOST_DEAD'; readonly dead: readonly string[] }
  | { readonly type: 'CLEANUP'; readonly remove: readonly string[] };

export type MachineEvent =
  | OperatorEvent
  | { readonly type: string; readonly actorId: string; readonly output: AnswerFeed | null }
  | { readonly type: string; readonly actorId: string; readonly error: FailureFeed };

interface Seen {
  readonly context: MachineContext;
  readonly event: MachineEvent;
}
interface StepParams {
  readonly step: string;
}

/** Beside the steps in `spent`: no step is called so, for each has its phase in its name. */
export const CLEANUPS = 'cleanup';

/** A round that comes to nothing is followed by another; each third time a person looks first. */
const SPENT_BEFORE_PAUSE = 3;

export const guards = {
  refusedUnchanged: ({ event }: Seen) =>
    failure(event)?.kind === 'refused' && failure(event)?.changed === false,
  doubtful: ({ event }: Seen) => failure(event)?.kind === 'in-doubt',
  cannotHelp: ({ event }: Seen) => failure(event)?.kind === 'blocked' || failure(event)?.kind === 'refused',
  answeredDone: ({ event }: Seen) => answer(event)?.verdict === 'done',
  answeredSpent: ({ event }: Seen) => answer(event)?.verdict === 'spent',
  triedEnough: ({ event }: Seen) => answer(event)?.enough === true && answer(event)?.verdict === 'untouched',
  thirdSpent: ({ context, event }: Seen, { step }: StepParams) =>
    answer(event)?.verdict === 'spent' && ((context.spent[step] ?? 0) + 1) % SPENT_BEFORE_PAUSE === 0,
  /** Never twice: untouched, and not yet started on this round, unless it is the same start that goes on. */
  mayStart: ({ context, event }: Seen, { step }: StepParams) => {
    const said = answer(event);
    if (said?.verdict !== 'untouched' || said.enough) return false;
    return said.resumes || said.round > (context.marks[step] ?? 0);
  },
  chose: ({ event }: Seen, { choice }: { readonly choice: string }) =>
    'choice' in event && event.choice === choice,
  mayRollBack: ({ event }: Seen) => 'crossed' in event && (!event.crossed || event.consent),
};

/** Context after a one-shot step was allowed to start. */
export function startRemembered({ context, event }: Seen, { step }: StepParams): Partial<MachineContext> {
  const round = answer(event)?.round;
  return round === undefined ? {} : { marks: { ...context.marks, [step]: round } };
}

/** Context after a round came to nothing. */
export function spentCounted({ context }: Seen, { step }: StepParams): Partial<MachineContext> {
  return { spent: { ...context.spent, [step]: (context.spent[step] ?? 0) + 1 } };
}

/** Context after a person has named dead hosts, or what is to be removed. */
export function saidRemembered({ context, event }: Seen): Partial<MachineContext> {
  const { said } = context;
  if ('dead' in event) return { said: { ...said, dead: [...new Set([...said.dead, ...event.dead])] } };
  if (!('remove' in event)) return {};
  // Each cleanup is a lap of its own: what an earlier one has removed says nothing about this one.
  const spent = { ...context.spent, [CLEANUPS]: (context.spent[CLEANUPS] ?? 0) + 1 };
  return { said: { ...said, remove: event.remove }, spent };
}

function failure(event: MachineEvent): FailureFeed | undefined {
  return 'error' in event ? event.error : undefined;
}

function answer(event: MachineEvent): AnswerFeed | undefined {
  return 'output' in event ? (event.output ?? undefined) : undefined;
}
