import { canonicalJson } from '../canonical';
import { PawlError } from '../errors';
import type { Json, JsonObject } from '../json';
import type { Intent } from '../records';
import type { KeptJob, LostRun } from './lost-run';

/** What one job says of its run. */
export interface JobStory {
  readonly host: string;
  readonly intent: Intent;
  readonly machineId: string;
  readonly machineVersion: string;
  readonly choices: JsonObject;
  readonly standing: Standing;
}

/** As `standingOf` wrote it: where the run stood when the job was made. */
export interface Standing {
  readonly definitionHash: string;
  readonly state: JsonObject;
  readonly remembers: JsonObject;
  readonly outcomes: readonly Success[];
}

export interface Success {
  readonly intent: Intent;
  readonly facts: JsonObject;
}

/**
 * The jobs of one run, in the order in which they were made. Pure.
 * @throws PawlError `E_JOBS_UNREADABLE` where one holds less than a run can be rebuilt from, `E_HOSTS_DISAGREE` where two are
 * not of one run
 */
export function readJobs({ run, jobs }: LostRun): readonly JobStory[] {
  const stories = jobs.map((job) => storyOf(run, job) ?? fail(tooLittle(run, job)));
  const [first] = stories;
  const other = stories.find((story) => first !== undefined && ofWhat(story) !== ofWhat(first));
  if (first !== undefined && other !== undefined) throw disagree(run, first, other);
  return stories.sort((a, b) => a.intent.seq - b.intent.seq);
}

function ofWhat({ machineId, machineVersion, choices }: JobStory): string {
  return canonicalJson({ machineId, machineVersion, choices });
}

function storyOf(run: string, { host, intent: id, kept }: KeptJob): JobStory | undefined {
  const { machineId, machineVersion } = kept;
  const [choices, intent, standing] = [
    object(kept['choices']),
    intentOf(run, kept['intent']),
    standingIn(run, kept['standing']),
  ];
  if (typeof machineId !== 'string' || typeof machineVersion !== 'string') return undefined;
  if (choices === undefined || intent?.id !== id || standing === undefined) return undefined;
  return { host, intent, machineId, machineVersion, choices, standing };
}

function standingIn(run: string, value: Json | undefined): Standing | undefined {
  const all = object(value) ?? {};
  const { definitionHash, outcomes } = all;
  const [state, remembers] = [object(all['state']), object(all['remembers'])];
  if (typeof definitionHash !== 'string' || state === undefined || remembers === undefined) return undefined;
  if (!Array.isArray(outcomes)) return undefined;
  const read = outcomes.map((each: Json) => successOf(run, each));
  const whole = read.filter((each) => each !== undefined);
  return whole.length === read.length ? { definitionHash, state, remembers, outcomes: whole } : undefined;
}

function successOf(run: string, value: Json): Success | undefined {
  const intent = intentOf(run, value);
  const facts = object(object(value)?.['facts']);
  return intent === undefined || facts === undefined ? undefined : { intent, facts };
}

function intentOf(run: string, value: Json | undefined): Intent | undefined {
  const { id, seq, phase, step, target, attempt, round, lap } = object(value) ?? {};
  if (typeof id !== 'string' || typeof phase !== 'string' || typeof step !== 'string') return undefined;
  if (typeof target !== 'string' || typeof seq !== 'number' || typeof attempt !== 'number') return undefined;
  return {
    ...{ id, run, seq, phase, step, target, attempt },
    ...(typeof round === 'number' && { round }),
    ...(typeof lap === 'number' && { lap }),
  };
}

function object(value: Json | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

function tooLittle(run: string, { host, intent }: KeptJob): PawlError {
  return new PawlError(
    'E_JOBS_UNREADABLE',
    `the job ${intent} on ${host} keeps too little to rebuild ${run} from it`,
    {
      where: `${host}:/var/lib/pawl/runs/${run}/jobs/${intent}/intent`,
      hint: 'It was made by an older release of Pawl, or the file is damaged. Nothing was changed. The way back by hand stands in /var/lib/pawl/README on each host.',
    },
  );
}

function disagree(run: string, one: JobStory, other: JobStory): PawlError {
  const [a, b] = [one, other].map(({ intent, host }) => `${intent.id} on ${host}`);
  return new PawlError(
    'E_HOSTS_DISAGREE',
    `the jobs of ${run} are not of one run: ${a ?? ''} and ${b ?? ''} name different machines or choices`,
    {
      hint: `Two runs had this name. Which of them holds the hosts, their fences say. Nothing was changed. The way back by hand stands in /var/lib/pawl/README on each host.`,
      facts: { jobs: [a ?? '', b ?? ''] },
    },
  );
}

function fail(error: Error): never {
  throw error;
}
