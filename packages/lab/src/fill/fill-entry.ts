import type { Random } from './random';

export interface FillEntry {
  readonly key: string;
  /** Left out for a directory. */
  readonly value?: string;
  readonly ttl?: number;
}

export interface FillContext {
  readonly random: Random;
  /** Text of this length, from the seed. */
  readonly text: (bytes: number) => string;
  readonly valueBytes: number;
}
