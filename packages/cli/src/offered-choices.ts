import type { Choice, RunReason, RunStatus } from '@pawl/engine';
import { commandLine } from './command-line';
import type { Place } from './state-dir';

/** A choice, with the command that takes it. */
export interface OfferedChoice extends Choice {
  /** Ready to be pasted; in doubt all but the reason. */
  readonly command: string;
}

/** What a person can decide about a run that rests: by `--decide` where it is in doubt, else each by its own verb. */
export function offeredChoices(
  { run, state }: { readonly run: string; readonly state: RunStatus['state'] },
  reason: RunReason | undefined,
  place: Place,
): readonly OfferedChoice[] {
  const command = ({ name, accept }: Choice): string =>
    state === 'in-doubt'
      ? commandLine(place, 'resume', run, '--decide', name, '--reason', 'WHY')
      : commandLine(place, name, run, ...(accept === undefined ? [] : ['--accept-data-loss', accept]));
  return (reason?.choices ?? []).map((choice) => ({ ...choice, command: command(choice) }));
}
