import { checkAnswer } from '../check-answer';
import { checkView } from '../check-view';
import type { Context } from '../context';
import type { Answer } from '../documents';
import { connectTo, inspect, survey, withConnection, type SurveyFlags } from '../survey';
import { checkBackups } from './check-backups';

export interface CheckFlags extends SurveyFlags {
  readonly backups?: readonly string[];
  readonly onEvent?: string;
}

/**
 * `pawl check`: everything that can be known before touching, all of it at once. Changes nothing. With `--backups` it is a run that
 * proves backups.
 */
export async function check(context: Context, flags: CheckFlags): Promise<Answer> {
  const { backups } = flags;
  if (backups !== undefined) return checkBackups(context, { ...flags, backups });
  const found = await survey(context, flags);
  const connection = connectTo(context, found.machine, found.choices, found.run);
  const report = await withConnection(connection, () => inspect(context, found, connection));
  return checkAnswer(checkView(context, found, report), report);
}
