import type { EngineEvent, JsonObject } from '@pawl/engine';
import { redactObject } from '@pawl/okd';
import { rowView } from './row-view';

/** An event as `--events` prints it: one JSON object, one line. */
export function eventLine(event: EngineEvent, now: Date): string {
  return `${JSON.stringify(redactObject(eventDocument(event, now)))}\n`;
}

function eventDocument(event: EngineEvent, now: Date): JsonObject {
  const schema = 'pawl/event/1';
  if (event.type === 'journal') {
    const { run, seq, at, kind, data } = event.row;
    const { phase, step, target } = rowView(event.row);
    return {
      schema,
      type: 'journal',
      run,
      at,
      seq,
      kind,
      phase: phase ?? null,
      step: step ?? null,
      target: target ?? null,
      data,
    };
  }
  const { run, phase, step, target, message } = event;
  return { schema, type: 'progress', run, at: now.toISOString(), phase, step, target, message };
}
