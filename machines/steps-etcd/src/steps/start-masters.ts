import { StepFailed, type Task } from '@pawl/engine';
import { guardedStep, type GuardedStep, type ReadHands } from '@pawl/fleet';
import { releaseUnit, startUnit } from '@pawl/hosts';
import { apiReady, effectiveBackend, readMasterConfig, showUnits, unitRuns } from '@pawl/okd';
import { sequence } from '../changes/sequence';
import type { ClusterChoices } from '../cluster-choices';
import { masterFacts } from '../facts';
import { masters } from '../hosts-of';
import { until } from '../until';

export type Backend = 'v2' | 'v3';

/** From the commit of the intent to start the first one on, the store may hold what nothing else does. */
export function startMastersStep(backend: Backend, verify: string): GuardedStep<ClusterChoices> {
  return guardedStep<ClusterChoices, undefined>({
    name: 'release-and-start',
    title: 'API first, then controllers',
    targets: masters,
    undoneBy: 'irreversible',
    verify,
    deadlineMs: 300_000,
    retry: { attempts: 3, delayMs: 3_000 },
    change: ({ facts }, target) => {
      const { units } = masterFacts({ facts }, target);
      return sequence('release and start the master units', [
        ...units.map((unit) => releaseUnit(unit)),
        ...units.map((unit) => startUnit(unit, { wait: false })),
      ]);
    },
    prove: async (task) => {
      const ready = await until(task.signal, 120_000, () => readyOn(backend, task));
      if (ready.ready) return { backend };
      throw new StepFailed(
        'E_MASTER_NOT_READY',
        `${task.target} does not become ready on ${backend}: ${ready.said}`,
        {
          hint: 'Look at its journal (journalctl -u on that host). Masters often fail their first start; resume tries again.',
        },
      );
    },
  });
}

async function readyOn(
  backend: Backend,
  { hands, facts, target }: Task<ClusterChoices, ReadHands>,
): Promise<{ ready: boolean; said: string }> {
  const host = hands.on(target);
  const seen = masterFacts({ facts }, target);
  if (seen.config === null) return { ready: false, said: 'its configuration was not read in preflight' };
  const answer = await apiReady(host, seen.config);
  if (!answer.ready)
    return { ready: false, said: `/healthz/ready answers ${answer.code ?? 'nothing'} ${answer.said}` };
  for (const unit of seen.units)
    if (!(await unitRuns(host, unit))) return { ready: false, said: `${unit} is not running` };
  const [api] = await showUnits(host, seen.units.slice(0, 1));
  if (api === undefined) return { ready: false, said: 'systemd does not know its unit' };
  const effective = await effectiveBackend(host, api, await readMasterConfig(host, api));
  // Started within a second of the edit it can't be told by time: readiness on a store without other writers says enough then.
  const other: Backend = backend === 'v3' ? 'v2' : 'v3';
  if (effective.backend === other)
    return { ready: false, said: `its process was started with the ${other} configuration` };
  return { ready: true, said: 'ok' };
}
