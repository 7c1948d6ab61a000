import type { Context } from './context';
import type { Progress } from './progress';
import type { RunLog } from './run-log';
import { watchSignals } from './signals';

/** What signals mean while a run is driven, said to whoever watches it. `left` is settled by the second one. */
export function listenForSignals(
  context: Context,
  progress: Progress,
  log: RunLog,
  pausing: AbortController,
): { readonly left: Promise<'left'>; readonly stop: () => void } {
  let stop = (): void => undefined;
  const left = new Promise<'left'>((resolve) => {
    stop = watchSignals(context.io.signalSource, {
      pause(signal) {
        log.log('info', 'asked to pause', { signal });
        progress.say(
          `${signal}: pausing at the next safe point: ${safePoint(progress)}. Nothing on a host is ended. Once more to leave at once.`,
        );
        progress.note('pausing');
        pausing.abort();
      },
      leave(signal) {
        log.log('warn', 'leaving at once', { signal });
        progress.say(
          `${signal} again: leaving at once. What was begun on a host goes on there; the run is resumable.`,
        );
        resolve('left');
      },
      hangup: () => log.log('info', 'the terminal is gone; the run goes on'),
    });
  });
  return { left, stop };
}

/** Which one it will be, as far as is known now. */
function safePoint(progress: Progress): string {
  const { busy, phase, step } = progress.view();
  if (step === undefined || busy.length === 0) return `before the next step of ${phase}`;
  const hosts = busy.filter((name) => name !== '-');
  return `when ${phase}/${step}${hosts.length === 0 ? '' : ` on ${hosts.join(', ')}`} has ended, before the next step`;
}
