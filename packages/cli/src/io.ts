import type { Readable, Writable } from 'node:stream';
import type { FaultPoint } from '@pawl/engine';

/** Where signals come from: `process`, or an emitter in a test. */
export interface SignalSource {
  on(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP', listener: () => void): unknown;
  off(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP', listener: () => void): unknown;
}

/** All that the command line touches of its process. */
export interface Io {
  readonly stdout: Writable & { readonly columns?: number };
  readonly stderr: Writable & { readonly columns?: number };
  readonly stdin: Readable;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTTY: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean };
  readonly signalSource: SignalSource;
  /** Who asks, for the journal: `user@host`. */
  readonly who: string;
  /** root keeps its state in /var/lib/pawl/controller. */
  readonly uid: number;
  readonly cwd: string;
  readonly now?: () => Date;
  /** See `FaultPoint` of @pawl/engine. Left out by `bin/pawl.js`. */
  readonly faultPoint?: FaultPoint;
}
