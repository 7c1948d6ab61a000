import { StepFailed, type Phase, type Task } from '@pawl/engine';
import { guardedStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { releaseUnit, startUnit } from '@pawl/hosts';
import { apiReady, effectiveBackend, readMasterConfig, showUnits, unitRuns } from '@pawl/okd';
import { masterFacts, masters, sequence, until } from '@pawl/steps-etcd';
import type { OkdChoices } from '../choices';
import { deleteCanary, writeCanary } from '../steps/canary';

/** The point of no return is the commit of the intent to start the first master: from then on v3 may hold what v2 does not. */
export const startMasters: Phase<OkdChoices, ReadHands, WorkHands> = {
  name: 'start-masters',
  title: 'Release and start the masters, on v3',
  wayBack: 'After the point of no return a way back loses what was written to v3.',
  rollbackAt: 'masters-down',
  steps: [
    writeCanary(),
    deleteCanary(),
    guardedStep<OkdChoices, undefined>({
      name: 'release-and-start',
      title: 'API first, then controllers',
      targets: masters,
      undoneBy: 'irreversible',
      verify: 'every master answers ready, its units run, and its process was started with etcd3',
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
        const ready = await until(task.signal, 120_000, () => readyOnV3(task));
        if (!ready.ready)
          throw new StepFailed(
            'E_MASTER_NOT_READY',
            `${task.target} does not become ready on v3: ${ready.said}`,
            {
              hint: 'Look at its journal (journalctl -u on that host). Masters often fail their first start; resume tries again.',
            },
          );
        return { backend: 'v3' };
      },
    }),
  ],
};

async function readyOnV3({
  hands,
  facts,
  target,
}: Task<OkdChoices, ReadHands>): Promise<{ ready: boolean; said: string }> {
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
  // Started within a second of the edit it can't be told by time: readiness on a store without v2 writers says enough then.
  if (effective.backend === 'v2')
    return { ready: false, said: 'its process was started with the v2 configuration' };
  return { ready: true, said: 'ok' };
}
