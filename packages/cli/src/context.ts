import type { Io } from './io';
import type { Output } from './output';
import type { Parts } from './parts';
import { placeOf, type Place } from './state-dir';

export interface CommonFlags {
  readonly json?: boolean;
  readonly events?: boolean;
  readonly db?: string;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  /** commander's `--no-input` */
  readonly input?: boolean;
}

/** What every command works with. */
export interface Context {
  readonly io: Io;
  readonly out: Output;
  readonly parts: Parts;
  readonly flags: CommonFlags;
  readonly place: Place;
  readonly level: 'quiet' | 'normal' | 'verbose';
  now(): Date;
  /** A line for people, on stderr; not with `--quiet`. */
  say(text: string): void;
}

export function createContext(io: Io, out: Output, parts: Parts, flags: CommonFlags): Context {
  const level = flags.quiet === true ? 'quiet' : flags.verbose === true ? 'verbose' : 'normal';
  return {
    io,
    out,
    parts,
    flags,
    place: placeOf(io, flags.db),
    level,
    now: io.now ?? (() => new Date()),
    say(text) {
      if (level !== 'quiet') out.stderr.write(`${text}\n`);
    },
  };
}

/** A line may be redrawn: a terminal that can, and nobody who keeps the output as a log. */
export function isLive({ io }: Pick<Context, 'io'>): boolean {
  const { TERM, CI } = io.env;
  return io.isTTY.stderr && TERM !== 'dumb' && (CI === undefined || CI === '');
}

/** A person can be asked: the input is a terminal, and `--no-input` was not given. */
export function canAsk(context: Pick<Context, 'io' | 'flags'>): boolean {
  return context.io.isTTY.stdin && context.flags.input !== false;
}
