import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

const everyMs = 20;

/** Reads a growing file line by line, as `tail -f` does. */
export function followLines(file: string, onLine: (line: string) => void): { readonly close: () => void } {
  const descriptor = openSync(file, 'r');
  const chunk = Buffer.alloc(256 * 1024);
  // A character may be cut in two.
  const decoder = new StringDecoder('utf8');
  let pending = '';
  const read = (): void => {
    for (let bytes = readSync(descriptor, chunk); bytes > 0; bytes = readSync(descriptor, chunk)) {
      const lines = (pending + decoder.write(chunk.subarray(0, bytes))).split('\n');
      pending = lines.pop() ?? '';
      lines.forEach(onLine);
    }
  };
  const timer = setInterval(read, everyMs);
  return {
    close() {
      clearInterval(timer);
      read();
      closeSync(descriptor);
    },
  };
}
