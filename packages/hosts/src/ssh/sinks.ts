import type { ClientChannel } from 'ssh2';
import type { HostEntry } from '../hosts-api';
import type { TransportOptions } from '../transport';
import { outputTooLarge } from '../transport-errors';

/** Where one stream of a command's output goes. */
export interface Sink {
  readonly add: (chunk: Buffer) => void;
  /** Once the stream has ended: what was kept of it. Resolves when every chunk has been dealt with. */
  readonly all: () => Promise<Buffer>;
}

type Fail = (error: unknown) => void;

/** Keeps everything, up to a limit. */
export function gather(entry: HostEntry, stream: 'stdout' | 'stderr', maxBytes: number, fail: Fail): Sink {
  const chunks: Buffer[] = [];
  let size = 0;
  return {
    add(chunk) {
      size += chunk.length;
      if (size <= maxBytes) chunks.push(chunk);
      else fail(outputTooLarge(entry, stream, maxBytes));
    },
    all: () => Promise.resolve(Buffer.concat(chunks)),
  };
}

/** Keeps nothing, and reads no further while the receiver is busy: sshd stops the command when the window (2 MiB) is full. */
export function handOn(
  channel: ClientChannel,
  receive: NonNullable<TransportOptions['onStdout']>,
  fail: Fail,
): Sink {
  let busy = Promise.resolve();
  return {
    add(chunk) {
      channel.pause();
      busy = busy.then(() => receive(chunk)).then(() => void channel.resume(), fail);
    },
    async all() {
      await busy;
      return Buffer.alloc(0);
    },
  };
}
