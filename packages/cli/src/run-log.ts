import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Logger } from '@pawl/engine';
import type { JsonObject } from '@pawl/engine';
import { createLogger, format, transports } from 'winston';
import { redactObject, redactText } from '@pawl/okd';
import { makePrivateDir } from './state-dir';

export interface RunLog extends Logger {
  readonly file: string;
  /** Returns when everything is written. */
  close(): Promise<void>;
}

/**
 * The run's log: `log.ndjson` in its folder, 0600, a JSON object a line, redacted. It is there to be read by people and
 * sent to support; nothing is ever decided from it. A log that can't be written (a full disk) is told once and ends
 * nothing.
 */
export function openRunLog(folder: string, onFault: (error: Error) => void): RunLog {
  makePrivateDir(folder);
  const file = join(folder, 'log.ndjson');
  const stream = createWriteStream(file, { flags: 'a', mode: 0o600 });
  let faulty = false;
  let closed = false;
  stream.on('error', (error) => {
    if (!faulty) onFault(error);
    faulty = true;
  });
  const logger = createLogger({
    level: 'debug',
    format: format.combine(redacted(), format.json({ deterministic: false })),
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- winston's types know its transports twice
    transports: [new transports.Stream({ stream })],
  });
  return {
    file,
    log(level, message, fields = {}) {
      // After a second signal the engine is still at work until the process ends: nobody waits for what it says then.
      if (!closed) logger.log({ ...fields, level, message });
    },
    async close() {
      closed = true;
      const finished = once(logger, 'finish');
      logger.end();
      await finished;
      // winston is done when it has handed the lines on; they are in the file, or their fault was told, when the stream is closed.
      if (stream.closed) return;
      const over = new Promise<void>((resolve) => stream.once('close', () => resolve()));
      stream.end();
      await over;
    },
  };
}

const LEVEL = Symbol.for('level');

/** A new object: what was not meant for the log must not stay behind under its old name. */
const redacted = format(({ level, message, ...fields }) => ({
  timestamp: new Date().toISOString(),
  level,
  message: redactText(String(message)),
  ...redactObject(fields as JsonObject),
  [LEVEL]: level,
}));
