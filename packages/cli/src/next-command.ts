import type { Choice, RunStatus } from '@pawl/engine';
import { commandLine } from './command-line';
import type { CliMachine } from './machines';
import type { Place } from './state-dir';

export interface Rest {
  readonly run: string;
  readonly state: RunStatus['state'];
  readonly choices: readonly Choice[];
  /** The words of the command that looks before another run like it is made. */
  readonly again: readonly string[];
}

/** The one command to run next; null where nothing is left to do. */
export function nextCommand(rest: Rest, place: Place): string | null {
  switch (rest.state) {
    // An owner elsewhere is never presumed dead, so taking over is never the next thing by itself.
    case 'running':
    case 'elsewhere':
      return commandLine(place, 'status', rest.run, '--follow');
    case 'crashed':
    case 'paused':
      return commandLine(place, 'resume', rest.run);
    case 'in-doubt':
      // Asking again changes nothing; what a choice costs is for a person to weigh.
      return commandLine(place, ...inDoubt(rest));
    case 'refused':
    case 'rolled-back':
    case 'abandoned':
      return commandLine(place, ...rest.again);
    case 'completed':
    case 'closed':
      return null;
  }
}

function inDoubt({ run, choices }: Rest): readonly string[] {
  const offered = choices.map(({ name }) => name);
  if (offered.includes('ask-again'))
    return ['resume', run, '--decide', 'ask-again', '--reason', 'asked again'];
  // Rebuilding it was asked for: whoever did that knows that nobody else has it.
  if (offered.includes('go-on'))
    return ['resume', run, '--decide', 'go-on', '--reason', 'rebuilt from its hosts'];
  return ['status', run];
}

/** The other way, where a run that rests can go on or go back; null where there is one way only. */
export function otherCommand(
  { run, state }: Pick<Rest, 'run' | 'state'>,
  direction: RunStatus['direction'],
  machine: CliMachine | undefined,
  place: Place,
): string | null {
  const rests = state === 'paused' || state === 'crashed' || state === 'in-doubt';
  const goesBack = direction === 'forward' && (machine?.machine.spec.rollback.length ?? 0) > 0;
  return rests && goesBack ? commandLine(place, 'rollback', run) : null;
}
