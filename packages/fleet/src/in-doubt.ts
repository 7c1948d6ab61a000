import { InDoubt } from '@pawl/engine';
import { HostError } from '@pawl/hosts';

/** Evidence that is gone, and a one-shot act that another job has begun: never assumed, never tried again by itself. */
export function inDoubtWhereItIs(error: unknown): never {
  if (!(error instanceof HostError)) throw error;
  if (!DOUBTFUL.includes(error.code)) throw error;
  throw new InDoubt(
    error.code,
    error.message,
    [
      {
        name: 'ask-again',
        meaning: 'look at the host once more; nothing is begun before it has answered',
        cost: 'nothing: it only looks',
      },
    ],
    {
      cause: error,
      ...(error.hint !== undefined && { hint: error.hint }),
      ...(error.where !== undefined && { where: error.where }),
      ...(error.facts !== undefined && { facts: error.facts }),
    },
  );
}

const DOUBTFUL: readonly string[] = ['E_FENCE_MISSING', 'E_JOBS_GONE', 'E_ONE_SHOT_STARTED'];
