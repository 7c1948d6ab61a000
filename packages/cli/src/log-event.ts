import type { EngineEvent } from '@pawl/engine';
import type { RunLog } from './run-log';

/** An event as a line of the run's log; rests stand out as warnings. */
export function logEvent(log: RunLog, event: EngineEvent): void {
  if (event.type === 'journal') {
    const { seq, kind, at, data } = event.row;
    log.log(kind === 'in-doubt' || kind === 'paused' ? 'warn' : 'info', kind, { seq, at, data });
  } else {
    const { phase, step, target, message } = event;
    log.log('debug', message, { phase, step, target });
  }
}
