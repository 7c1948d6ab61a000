import { PawlError } from '@pawl/engine';
import { askConsent } from './ask-consent';
import { beginRun } from './begin-run';
import type { Context } from './context';
import type { Answer } from './documents';
import { refusedRestore, type RestoreAbout } from './refused-restore';
import { stoppedByCheck } from './stopped-by-check';
import type { Survey } from './survey';

export interface RestoreRunFlags {
  readonly acceptDataLoss?: string;
  readonly yes?: boolean;
  readonly pauseBefore?: string;
  readonly onEvent?: string;
}

/**
 * Check, plan, consent to the loss by name, then the restore: a run of its own. Without consent nothing is changed, and the answer
 * names the command that gives it.
 */
export async function restore(
  context: Context,
  asked: Survey,
  flags: RestoreRunFlags,
  about: RestoreAbout = {},
): Promise<Answer> {
  const { acceptDataLoss: given, yes = false, pauseBefore, onEvent } = flags;
  return beginRun(context, asked, {
    pauseBefore,
    onEvent,
    before: async (found, report) => {
      const stop = stoppedByCheck(context, found, report);
      if (stop !== undefined) return stop;
      try {
        const asking = { given, yes, ...(pauseBefore === undefined ? {} : { pauseBefore }) };
        await askConsent(context, found, report, asking);
        return undefined;
      } catch (error) {
        if (!(error instanceof PawlError) || error.code !== 'E_NOT_CONSENTED') throw error;
        return refusedRestore(context, { found, report, pauseBefore, error }, about);
      }
    },
  });
}
