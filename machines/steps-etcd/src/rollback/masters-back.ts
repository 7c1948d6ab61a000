import { StepBlocked, StepFailed, type Phase, type Scope, type Task } from '@pawl/engine';
import { guardedStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { releaseUnit, startUnit, unitState } from '@pawl/hosts';
import { apiReady } from '@pawl/okd';
import { sequence } from '../changes/sequence';
import { mastersRecord } from '../changes/stop-masters';
import type { ClusterChoices } from '../cluster-choices';
import { masterFacts } from '../facts';
import { livingMasters } from '../hosts-of';
import { presentConfig } from '../present-config';
import { comesToServe } from '../steps/comes-to-serve';
import { servesOther } from '../steps/master-ready';
import { lastLines } from '../steps/not-ready';
import type { FoundUnit } from './found-units';
import { unitsAsFound } from './units-as-found';

export interface MastersBack {
  readonly title: string;
  /** Where one does not become ready. */
  readonly hint: string;
  /** Whether a master served before the run: only then it must again. Left out: each did. */
  readonly served?: (scope: Scope<ClusterChoices>, master: string) => boolean;
}

/** The units as they were found: those that ran run again, on the store they were on; those that did not are only released. */
export const mastersBack = ({
  title,
  hint,
  served = () => true,
}: MastersBack): Phase<ClusterChoices, ReadHands, WorkHands> => ({
  name: 'masters-back',
  title,
  wayBack: '',
  steps: [
    guardedStep<ClusterChoices, readonly FoundUnit[]>({
      name: 'release-and-start',
      title: 'API first, then controllers',
      targets: livingMasters,
      undoneBy: 'kept',
      verify: 'each unit is as it was found, none is held, and a master that ran answers ready',
      deadlineMs: 300_000,
      retry: { attempts: 3, delayMs: 3_000 },
      first: async (task) => (served(task, task.target) ? configuredAsFound(task) : undefined),
      look: asFound,
      planned: ({ facts }, target) =>
        masterFacts({ facts }, target).units.map((unit) => ({ unit, ran: true, file: 'enabled' })),
      change: (_scope, _target, found) =>
        sequence('release and start the master units', [
          ...found.map(({ unit }) => releaseUnit(unit)),
          ...found.flatMap(({ unit, ran }) => (ran ? [startUnit(unit, { wait: false })] : [])),
        ]),
      prove: async (task, _job, found) => {
        const seen = await comesToServe(task, () => backAsFound(task, found, served(task, task.target)));
        if (seen.ready) return { units: found.map(({ unit, ran }) => ({ unit, ran })) };
        throw new StepFailed('E_MASTER_NOT_READY', `${task.target} is not as it was: ${seen.said}`, {
          hint,
          where: task.target,
          facts: { log: await lastLines(task, task.target) },
        });
      },
    }),
  ],
});

/** In the order in which they are started. */
function asFound(task: Task<ClusterChoices, ReadHands>): Promise<readonly FoundUnit[]> {
  const { units } = masterFacts(task, task.target);
  return unitsAsFound(task, units, {
    record: mastersRecord(task.run, units),
    recordedBy: ['stop-masters/stop-and-hold'],
  });
}

/**
 * Before it is started: on the other store it would find nothing, answer ready, and begin to write. Where both the pristine original and
 * the outcome of the edit are gone, this alone sees it.
 * @throws StepBlocked `E_MASTER_CONFIG`
 */
async function configuredAsFound(task: Task<ClusterChoices, ReadHands>): Promise<void> {
  const { config, configSha256 } = masterFacts(task, task.target);
  if (config === null || !(await asFound(task)).some(({ ran }) => ran)) return;
  const { path, facts } = await presentConfig(task);
  if (facts.backend === config.backend) return;
  throw new StepBlocked(
    'E_MASTER_CONFIG',
    `${task.target}: ${path} says ${facts.backend}, and before this run it said ${config.backend}: its masters would serve the wrong store`,
    {
      where: `${task.target}:${path}`,
      hint: `Nothing was started there. Put the file back as it was (sha256 ${configSha256 ?? 'unknown'}), or mend storage-backend and storage-media-type in it. Then \`pawl resume ${task.run}\`.`,
    },
  );
}

async function backAsFound(
  task: Task<ClusterChoices, ReadHands>,
  found: readonly FoundUnit[],
  served: boolean,
): Promise<{ ready: boolean; said: string }> {
  const host = task.hands.on(task.target);
  for (const { unit, ran, file } of found) {
    const is = await unitState(host, unit);
    if (is.verdict === 'held') return { ready: false, said: `${unit} is still held` };
    if (is.file !== file) return { ready: false, said: `${unit} is ${is.file}, and was ${file}` };
    if (ran && served && is.active !== 'active')
      return { ready: false, said: `${unit} is ${is.active}/${is.sub}` };
  }
  const { config, units } = masterFacts(task, task.target);
  if (!served || config === null || !found.some(({ ran }) => ran))
    return { ready: true, said: 'left as it was found' };
  const answer = await apiReady(host, config);
  if (!answer.ready)
    return { ready: false, said: `/healthz/ready answers ${answer.code ?? 'nothing'} ${answer.said}` };
  // Ready on an empty store is not as it was. Where the way back leads is what preflight has read: v2 for a migration.
  const wrong = config.backend === 'unknown' ? undefined : await servesOther(config.backend, host, units);
  return { ready: wrong === undefined, said: wrong ?? 'ok' };
}
