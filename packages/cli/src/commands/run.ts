import { askConsent } from '../ask-consent';
import { beginRun } from '../begin-run';
import type { Context } from '../context';
import type { Answer } from '../documents';
import { stoppedByCheck } from '../stopped-by-check';
import { survey, type SurveyFlags } from '../survey';

export interface RunFlags extends SurveyFlags {
  readonly acceptPointOfNoReturn?: string;
  readonly yes?: boolean;
  readonly pauseBefore?: string;
  readonly onEvent?: string;
}

/** `pawl run`: check, plan, consent, then the run. */
export async function run(context: Context, flags: RunFlags): Promise<Answer> {
  const { acceptPointOfNoReturn: given, pauseBefore, onEvent } = flags;
  return beginRun(context, await survey(context, flags), {
    pauseBefore,
    onEvent,
    before: async (found, report) => {
      const stop = stoppedByCheck(context, found, report);
      if (stop === undefined) await askConsent(context, found, report, { ...flags, given });
      return stop;
    },
  });
}
