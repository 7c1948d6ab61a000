import type { JsonObject } from '../json';

/** A job as it was found on a host, with the canonical JSON that it keeps. */
export interface KeptJob {
  readonly host: string;
  /** The intent's id: the job's name. */
  readonly intent: string;
  /** Machine, version, choices, intent, and where the run stood when the job was made. */
  readonly kept: JsonObject;
}

/** What the hosts of a run keep of it: enough to rebuild it where its database is lost. */
export interface LostRun {
  readonly run: string;
  /** Every host that was asked: all of the run's. */
  readonly hosts: readonly string[];
  readonly jobs: readonly KeptJob[];
  /** Of its fences and records, each once. */
  readonly claims: readonly string[];
  /** Those of them where its fence is closed: a record says so. It has come to its last step where there is one. */
  readonly closed: readonly string[];
}
