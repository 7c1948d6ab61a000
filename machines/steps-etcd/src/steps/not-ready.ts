import { StepFailed, type Choice, type JsonObject, type Loss, type Task } from '@pawl/engine';
import type { ReadHands } from '@pawl/fleet';
import { unitLog } from '@pawl/okd';
import type { ClusterChoices } from '../cluster-choices';
import { asFacts, masterFacts } from '../facts';
import { masters } from '../hosts-of';
import { masterReady, type Backend, type Readiness } from './master-ready';

/** Of a machine: what going back would lose now. */
export type Weigh<C extends ClusterChoices> = (task: Task<C, ReadHands>) => Promise<Loss>;

/**
 * What a person needs who has to decide about a master that does not come ready, whatever the others do: the end of its log,
 * which masters serve, what was written since, what going back costs now, and the ways on. Reads only.
 */
export async function notReady<C extends ClusterChoices>(
  backend: Backend,
  task: Task<C, ReadHands>,
  seen: Readiness,
  weigh: Weigh<C>,
): Promise<StepFailed> {
  const { target } = task;
  const [all, logs, lost] = await Promise.all([
    Promise.all(masters(task).map(async (host) => ({ host, ...(await askReady(backend, task, host)) }))),
    lastLines(task, target),
    weighed(task, weigh),
  ]);
  const serving = all.flatMap(({ host, ready }) => (ready ? [host] : []));
  return new StepFailed(
    'E_MASTER_NOT_READY',
    `${target} does not become ready on ${backend}: ${seen.said}${serving.length === 0 ? '' : `; ${serving.join(', ')} serves`}`,
    {
      where: target,
      hint: `Mend it by its log, then resume: it is started again, and masters that serve are left alone. Masters often fail their first start.`,
      facts: asFacts({ masters: all, log: logs, goingBack: lost.facts }),
      choices: ways(task, serving, lost),
    },
  );
}

/** Of each of its units, API first. */
export async function lastLines(
  { hands, facts }: Pick<Task<ClusterChoices, ReadHands>, 'hands' | 'facts'>,
  master: string,
): Promise<JsonObject> {
  const { units } = masterFacts({ facts }, master);
  const each = units.map(async (unit) => [unit, [...(await unitLog(hands.on(master), unit))]] as const);
  return Object.fromEntries(await Promise.all(each));
}

/** A host that does not answer is one that does not serve. */
async function askReady<C extends ClusterChoices>(
  backend: Backend,
  task: Task<C, ReadHands>,
  host: string,
): Promise<Readiness> {
  return masterReady(backend, task, host).catch((error: unknown) => ({ ready: false, said: words(error) }));
}

interface Lost {
  readonly cost: string;
  readonly accept?: string;
  readonly facts: JsonObject;
}

async function weighed<C extends ClusterChoices>(task: Task<C, ReadHands>, weigh: Weigh<C>): Promise<Lost> {
  try {
    const { free, name, message, facts } = await weigh(task);
    return free ? { cost: `nothing: ${message}`, facts } : { cost: message, accept: name, facts };
  } catch (error) {
    return { cost: `can't be told: ${words(error)}`, facts: { unknown: words(error) } };
  }
}

function ways<C extends ClusterChoices>(
  task: Task<C, ReadHands>,
  serving: readonly string[],
  { cost, accept }: Lost,
): readonly Choice[] {
  const [unit = ''] = masterFacts(task, task.target).units;
  return [
    {
      name: 'resume',
      meaning: `start ${task.target} once more, when it was mended; nothing else is touched`,
      cost:
        serving.length === 0
          ? 'nothing is lost; the outage goes on until a master serves'
          : `nothing is lost; ${serving.join(', ')} goes on serving, and writing`,
    },
    {
      name: 'rollback',
      meaning: 'the original data, as it was before the run, on every host; all masters are stopped first',
      cost,
      ...(accept !== undefined && { accept }),
    },
    {
      name: 'status',
      meaning: `show this again, and do nothing; the whole log: journalctl -u ${unit} on ${task.target}`,
      cost: 'nothing; what going back costs grows with what the masters write',
    },
  ];
}

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));
