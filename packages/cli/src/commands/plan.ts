import { PawlError } from '@pawl/engine';
import type { Context } from '../context';
import type { Answer } from '../documents';
import { restoreCommand } from '../look-again';
import { planAnswer } from '../plan-answer';
import { surveyRestore, type RestoreFlags } from '../restore-survey';
import { survey } from '../survey';
import { planRollback, type PlanRollbackFlags } from './plan-rollback';

export interface PlanFlags extends PlanRollbackFlags, Partial<RestoreFlags> {
  readonly rollback?: boolean;
  readonly pauseBefore?: string;
}

/** `pawl plan`: what `run` would do, from the functions that it would run; with `--rollback` what `rollback` would. */
export async function plan(context: Context, named: string | undefined, flags: PlanFlags): Promise<Answer> {
  const { from, script, pauseBefore } = flags;
  if (flags.rollback === true)
    return from === undefined
      ? planRollback(context, named, flags)
      : planRestore(context, named, { ...flags, from });
  refuseForward(named, flags);
  return planAnswer(context, await survey(context, flags), {
    pauseBefore,
    ...(script === undefined ? {} : { script }),
    onward: ({ pointOfNoReturn }) => [
      'run',
      ...(flags.inventory === undefined ? [] : ['-i', flags.inventory]),
      ...chosenFlags(flags),
      ...(pointOfNoReturn === null ? [] : ['--accept-point-of-no-return', pointOfNoReturn.name]),
    ],
  });
}

/** What comes next asks, or is refused: the name that accepts the loss is never in it. */
async function planRestore(
  context: Context,
  named: string | undefined,
  flags: PlanFlags & RestoreFlags,
): Promise<Answer> {
  const asked = await surveyRestore(context, named, flags);
  const { pauseBefore, script = false } = flags;
  return planAnswer(context, asked, {
    pauseBefore,
    script,
    onward: () => restoreCommand(asked, pauseBefore),
  });
}

function refuseForward(named: string | undefined, { script, from, dbFrom, hostDead }: PlanFlags): void {
  const restoring = from ?? dbFrom ?? hostDead;
  if (named === undefined && script !== true && restoring === undefined) return;
  throw new PawlError(
    'E_USAGE',
    named !== undefined
      ? 'a run on record is planned back, not forward'
      : `${restoring === undefined ? '--script belongs' : '--from, --db-from and --host-dead belong'} to --rollback`,
    { hint: 'For the way back: `pawl plan --rollback [RUN]`. For a new run: `pawl plan -i INVENTORY`.' },
  );
}

/** What was chosen for the plan, for the command that does it. */
function chosenFlags({ ttl, onFailure, maxOutage, pauseBefore }: PlanFlags): readonly string[] {
  const flags = {
    '--ttl': ttl,
    '--on-failure': onFailure,
    '--max-outage': maxOutage,
    '--pause-before': pauseBefore,
  };
  return Object.entries(flags).flatMap(([flag, value]) => (value === undefined ? [] : [flag, value]));
}
