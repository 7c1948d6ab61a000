import type { Json, JsonObject } from '@pawl/engine';
import type { ExitCode } from './exit-codes';
import type { OfferedChoice } from './offered-choices';
import type { Paper } from './render/layout';

/** What every JSON document carries. Fields are only ever added within a version; readers ignore those they don't know. */
export interface Envelope {
  /** `pawl/COMMAND/VERSION`: names its schema, `schemas/COMMAND.json` of this package. */
  readonly schema: string;
  readonly outcome: string;
  /** Whether the run has changed anything on any host; false where the document is about no run. */
  readonly changed: boolean;
  readonly run: string | null;
  readonly phase: string | null;
  /** Whole seconds; null where no outage has begun. */
  readonly outageSeconds: number | null;
  /** The one command to run next, ready to be pasted; null where nothing is left to do. */
  readonly next: string | null;
  /** What a person can decide: where the run is in doubt, and where it is paused with something to weigh. */
  readonly choices: readonly OfferedChoice[];
}

/** A document as it is printed: plain data. */
export type Document = JsonObject & { readonly schema: string; readonly outcome: string };

/** How a command ended: for automation, for people, for the shell. */
export interface Answer {
  readonly exit: ExitCode;
  readonly document: Document;
  readonly render: (paper: Paper) => string;
}

/** A document of `command`; what is left out of the envelope says "about no run, nothing changed, nothing to do". */
export function document(
  command: string,
  outcome: string,
  envelope: Partial<Omit<Envelope, 'schema' | 'outcome'>>,
  more: Readonly<Record<string, unknown>> = {},
): Document {
  return plain({
    schema: `pawl/${command}/1`,
    outcome,
    changed: false,
    run: null,
    phase: null,
    outageSeconds: null,
    next: null,
    choices: [],
    ...envelope,
    ...more,
  }) as Document;
}

/** Plain data of a value that is made of it, so that an optional field left `undefined` doesn't reach a document. */
export function plain(value: unknown): Json {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as Json);
}
