import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';

/** What one durable thing costs on this disk at the least: 4 KiB appended to a file that grows, as a log does, and `fdatasync`. */
export interface Floor {
  /** So many of them, one after the other. */
  append(times: number): void;
  close(): void;
}

export function fsyncFloor(path: string): Floor {
  const file = openSync(path, 'w', 0o600);
  const page = Buffer.alloc(4096, 'p');
  return {
    append(times) {
      for (let i = 0; i < times; i += 1) {
        writeSync(file, page);
        fdatasyncSync(file);
      }
    },
    close: () => closeSync(file),
  };
}
