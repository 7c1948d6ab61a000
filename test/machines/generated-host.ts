import {
  defineMachine,
  InDoubt,
  StepBlocked,
  StepFailed,
  StepRefused,
  type JsonObject,
  type Machine,
  type MachineSpec,
  type Phase,
  type Task,
} from '@pawl/engine';

/** How an attempt goes. `late` ones have had their effect; `lost`: it began, and what became of it is not to be had. */
export const WEATHERS = [
  'fine',
  'failed',
  'failed late',
  'blocked',
  'refused',
  'in doubt',
  'unreachable',
  'unreachable late',
  'lost',
] as const;
export type Weather = (typeof WEATHERS)[number];

/** The outside of a run: what its steps do, and what they were seen to do. One serves many runs, one after the other. */
export interface GeneratedHost {
  /** Weather of the attempts to come; fine when there is none left. */
  readonly forecast: Weather[];
  /** One-shot rounds: how often each was begun, and what it came to. */
  readonly rounds: Map<number, { begun: number; state: 'done' | 'spent' | 'nobody knows'; by: string }>;
  /** Attempts that were made, by weather. */
  readonly attempts: Map<Weather, number>;
  /** Work copies, each made under an intent of its own. */
  readonly copies: string[];
}

export function generatedHost(): GeneratedHost {
  return { forecast: [], rounds: new Map(), attempts: new Map(), copies: [] };
}

/** For the next run. What was counted stays. */
export function anew({ forecast, rounds, copies }: GeneratedHost, weather: readonly Weather[]): void {
  forecast.splice(0, forecast.length, ...weather);
  rounds.clear();
  copies.length = 0;
}

/** Facts by step and target, as a real run leaves them: targets of later steps rest on them. */
export type StandingFacts = Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- machines differ in their choices
type AnySpec = MachineSpec<any, any, any>;
type Hands = object;

/** The machine as it is declared, its phases, steps, targets and retries; what the steps do is the generated host's. */
export function onGeneratedHost(
  spec: AnySpec,
  host: GeneratedHost,
  facts: StandingFacts,
): Machine<JsonObject, Hands, Hands> {
  const phase = (each: Phase<JsonObject, Hands, Hands>): typeof each => ({
    ...each,
    steps: each.steps.map((step) => {
      const id = `${each.name}/${step.name}`;
      const retry = step.retry === undefined ? {} : { retry: { ...step.retry, delayMs: 0 } };
      // What it would do is not what it does here, and its facts are too few to say it.
      const describe = (): readonly string[] => [id];
      if (step.kind === 'one-shot') return { ...step, ...retry, describe, ...oneShot(host) };
      const run = (task: Task<JsonObject, Hands>): Promise<JsonObject> =>
        attempt(host, () => (id === 'set-aside/copy' ? copied(host, task) : plain(facts[id]?.[task.target])));
      return { ...step, ...retry, describe, run };
    }),
  });
  const {
    phases,
    rollback,
    cleanup,
    checkDead: _checkDead,
    checkRemove: _checkRemove,
    deadline: _deadline,
    ...rest
  } = spec as MachineSpec<JsonObject, Hands, Hands>;
  return defineMachine<JsonObject, Hands, Hands>({
    ...rest,
    phases: phases.map(phase),
    rollback: rollback.map(phase),
    ...(cleanup !== undefined && { cleanup: cleanup.map(phase) }),
    loss: () => Promise.resolve({ free: true, name: '', message: '', facts: {} }),
  });
}

/** A step taken up again under its intent finds the copy that it made. */
function copied({ copies }: GeneratedHost, { intent }: Task<JsonObject, Hands>): JsonObject {
  if (!copies.includes(intent.id)) copies.push(intent.id);
  return { round: copies.indexOf(intent.id) + 1 };
}

function oneShot(host: GeneratedHost): object {
  const { rounds, copies } = host;
  const round = (): number => Math.max(1, copies.length);
  return {
    round,
    probe: () => {
      const seen = rounds.get(round());
      const evidence = { begun: seen?.begun ?? 0 };
      const verdict =
        seen === undefined ? 'untouched' : seen.state === 'nobody knows' ? 'unknown' : seen.state;
      return Promise.resolve({
        verdict,
        round: round(),
        evidence,
        ...(verdict === 'done' && { facts: { round: round() } }),
      });
    },
    run: async ({ intent }: Task<JsonObject, Hands>) => {
      const now = round();
      const begin = (state: 'done' | 'spent' | 'nobody knows'): void => {
        const seen = rounds.get(now);
        // The job is found under its own intent, and not started again.
        if (seen?.by !== intent.id) rounds.set(now, { begun: (seen?.begun ?? 0) + 1, state, by: intent.id });
      };
      const weather = next(host);
      if (weather === 'lost') begin('nobody knows');
      else if (weather === 'failed late') begin('spent');
      else if (weather === 'fine' || weather === 'unreachable late') begin('done');
      thrown(weather);
      await Promise.resolve();
      return { round: now };
    },
  };
}

async function attempt(host: GeneratedHost, facts: () => JsonObject): Promise<JsonObject> {
  await Promise.resolve();
  const weather = next(host);
  const had = weather === 'fine' || weather.endsWith('late') ? facts() : {};
  thrown(weather);
  return had;
}

function next({ forecast, attempts }: GeneratedHost): Weather {
  const weather = forecast.shift() ?? 'fine';
  attempts.set(weather, (attempts.get(weather) ?? 0) + 1);
  return weather;
}

function thrown(weather: Weather): void {
  if (weather.startsWith('failed')) throw new StepFailed('E_SOUR', 'sour', { hint: 'Take fresh milk.' });
  if (weather === 'blocked') throw new StepBlocked('E_SHUT', 'shut', { hint: 'Open it.' });
  if (weather === 'refused') throw new StepRefused('E_NO', 'no');
  if (weather === 'in doubt') throw new InDoubt('E_FOG', 'fog', []);
  if (weather === 'lost') throw Object.assign(new Error('lost'), { code: 'E_JOB_LOST' });
  if (weather.startsWith('unreachable')) throw Object.assign(new Error('gone'), { code: 'E_UNREACHABLE' });
}

/** Made here: a copy of another realm is no plain object to the engine. */
function plain(facts: JsonObject | undefined): JsonObject {
  return JSON.parse(JSON.stringify(facts ?? {})) as JsonObject;
}
