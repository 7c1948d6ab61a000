import { StepFailed, type Phase, type Task } from '@pawl/engine';
import { guardedStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { releaseUnit, startUnit } from '@pawl/hosts';
import { apiReady, effectiveBackend, readMasterConfig, showUnits, unitRuns } from '@pawl/okd';
import { masterFacts, masters, sequence, until } from '@pawl/steps-etcd';
import type { RestoreChoices } from '../choices';

/** From the commit of the intent to start the first one on, v2 may hold what nothing else does. */
export const startMasters: Phase<RestoreChoices, ReadHands, WorkHands> = {
  name: 'start-masters',
  title: 'Release and start the masters, on v2',
  wayBack: 'A way back after this loses what was written to v2.',
  rollbackAt: 'masters-down',
  steps: [
    guardedStep<RestoreChoices, undefined>({
      name: 'release-and-start',
      title: 'API first, then controllers',
      targets: masters,
      undoneBy: 'irreversible',
      verify: 'every master answers ready, its units run, and its process was not started with etcd3',
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
        const ready = await until(task.signal, 120_000, () => readyOnV2(task));
        if (ready.ready) return { backend: 'v2' };
        throw new StepFailed(
          'E_MASTER_NOT_READY',
          `${task.target} does not become ready on v2: ${ready.said}`,
          {
            hint: 'Look at its journal (journalctl -u on that host). Masters often fail their first start; resume tries again.',
          },
        );
      },
    }),
  ],
};

async function readyOnV2({
  hands,
  facts,
  target,
}: Task<RestoreChoices, ReadHands>): Promise<{ ready: boolean; said: string }> {
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
  return effective.backend === 'v3'
    ? { ready: false, said: 'its process was started with the v3 configuration' }
    : { ready: true, said: 'ok' };
}
