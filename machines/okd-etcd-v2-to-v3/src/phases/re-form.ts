import { StepBlocked, StepFailed, type Phase, type Scope, type Task } from '@pawl/engine';
import {
  dataDirFacts,
  forceNewClusterDropin,
  isHealthy,
  memberList,
  memberUpdatePeer,
  nextStartIsClean,
  removeForceDropin,
  snapshotCountFor,
  type Member,
} from '@pawl/etcd';
import { guardedStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { releaseUnit, startUnit, stopUnit, unitState } from '@pawl/hosts';
import { sequence } from '../changes/sequence';
import type { OkdChoices } from '../choices';
import { etcdHost, readAgainFacts } from '../facts';
import { migrationHost } from '../hosts-of';
import { layoutOf } from '../layout-of';
import { deleteCanary, writeCanary } from '../steps/canary';
import { until } from '../until';

/** The migrated member becomes a cluster of one, and forgets how: the forcing never outlives its one start. */
export const reForm: Phase<OkdChoices, ReadHands, WorkHands> = {
  name: 're-form',
  title: 'Form a new cluster of the migrated member',
  wayBack: 'The originals are put back.',
  rollbackAt: 'masters-down',
  steps: [startForced(), endForced(), startClean(), correctPeerUrl(), writeCanary(), deleteCanary()],
};

function first(scope: Scope<OkdChoices>): readonly string[] {
  return [migrationHost(scope)];
}

function unitOf({ facts }: Pick<Scope<OkdChoices>, 'facts'>, host: string): string {
  return etcdHost({ facts }, host).settings.unit;
}

/** Written and started in one job: a crash in between would leave a drop-in under /run that a later start would obey. */
function startForced() {
  return guardedStep<OkdChoices, { readonly snapshotCount: number | null }>({
    name: 'start-forced',
    title: 'Start it once with force-new-cluster, so that it writes a `.snap` where it has none',
    targets: first,
    undoneBy: 'force-gone/remove-force',
    verify:
      'it is healthy, the only member, and has a v2 `.snap`: without one joiners would silently hold no v3 data',
    deadlineMs: 900_000,
    retry: { attempts: 2, delayMs: 2_000 },
    look: async (task) => {
      const { snapIndices } = await dataDirFacts(
        task.hands.on(task.target),
        layoutOf(task, task.target).member,
      );
      return { snapshotCount: snapIndices.length > 0 ? null : snapshotCountFor(stoppedAt(task)) };
    },
    planned: (scope) => ({
      snapshotCount:
        scope.facts.find('stop-etcd/read-again') === undefined ? null : snapshotCountFor(stoppedAt(scope)),
    }),
    change: ({ facts }, target, { snapshotCount }) => {
      const unit = unitOf({ facts }, target);
      return sequence('start etcd once with force-new-cluster', [
        forceNewClusterDropin(unit, snapshotCount === null ? {} : { snapshotCount }),
        startUnit(unit, { wait: false }),
      ]);
    },
    prove: async (task) => {
      const seen = await until(task.signal, 600_000, () => alone(task));
      if (!seen.ready)
        throw new StepFailed(
          'E_NOT_FORMED',
          `${task.target} does not form a cluster of its own: ${seen.said}`,
          { hint: 'Look at `journalctl -u etcd` on that host.' },
        );
      const snap = await until(task.signal, SNAP_WITHIN_MS, () => hasSnap(task));
      if (!snap.ready)
        throw new StepBlocked(
          'E_NOT_FORMED',
          `${task.target}: etcd is up and writes no v2 .snap, as if its log were shorter than the one that was stopped`,
          {
            hint: 'The work copy is damaged, or somebody started etcd on it before. Nothing is lost: the originals are untouched; go back to v2 (docs/operating.md).',
          },
        );
      return { said: `${seen.said}, ${snap.said}` };
    },
  });
}

function stoppedAt(scope: Pick<Scope<OkdChoices>, 'facts'>): number {
  return Math.max(1, ...readAgainFacts(scope).raftIndices);
}

/** The hold still stands under the drop-in: when that is gone, nothing starts etcd before the next step does. */
function endForced() {
  return guardedStep<OkdChoices, undefined>({
    name: 'end-forced',
    title: 'Stop it, and take the forcing away',
    targets: first,
    undoneBy: 'force-gone/remove-force',
    verify: 'etcd.conf, unit and drop-ins name no force-new-cluster, and the unit is held',
    deadlineMs: 240_000,
    retry: { attempts: 3, delayMs: 2_000 },
    change: ({ facts }, target) => {
      const unit = unitOf({ facts }, target);
      return sequence('stop etcd and take the forcing away', [removeForceDropin(unit), stopUnit(unit)]);
    },
    prove: async (task) => {
      await provenClean(task);
      const state = await unitState(task.hands.on(task.target), unitOf(task, task.target));
      if (state.verdict !== 'held')
        throw new StepFailed(
          'E_NOT_STOPPED',
          `${task.target}: ${state.unit} is ${state.active}/${state.sub}, not held`,
        );
      return { clean: true };
    },
  });
}

function startClean() {
  return guardedStep<OkdChoices, undefined>({
    name: 'start-clean',
    title: 'Start it as it will run from now on',
    targets: first,
    undoneBy: 'etcd-down/stop-and-hold',
    verify: 'it is healthy and the only member, and its process was not started with force-new-cluster',
    deadlineMs: 900_000,
    retry: { attempts: 2, delayMs: 2_000 },
    change: ({ facts }, target) => {
      const unit = unitOf({ facts }, target);
      return sequence('release and start etcd', [releaseUnit(unit), startUnit(unit, { wait: false })]);
    },
    prove: async (task) => {
      const seen = await until(task.signal, 600_000, () => alone(task));
      if (!seen.ready)
        throw new StepFailed('E_NOT_FORMED', `${task.target}: etcd does not come up clean: ${seen.said}`);
      await provenClean(task);
      return { said: seen.said };
    },
  });
}

/** A forced member keeps its peer URL where it is in the configuration, and says localhost where it is not. */
function correctPeerUrl() {
  return guardedStep<OkdChoices, { readonly id: string; readonly peerUrl: string }>({
    name: 'peer-url',
    title: 'The member is reached by its peers where its configuration says',
    targets: first,
    undoneBy: 'originals-back/set-new-aside',
    verify: 'member list shows the configured peer URL',
    deadlineMs: 60_000,
    retry: { attempts: 5, delayMs: 1_000 },
    look: async (task) => {
      const [member] = await members(task);
      return { id: member?.id ?? '', peerUrl: peerUrl(task, task.target) };
    },
    planned: (scope, target) => ({ id: '0', peerUrl: peerUrl(scope, target) }),
    change: ({ facts }, target, { id, peerUrl: url }) =>
      memberUpdatePeer(etcdHost({ facts }, target).settings, id, url),
    prove: async (task, _job, { peerUrl: wanted }) => {
      const [member] = await members(task);
      if (member?.peerUrls.length !== 1 || member.peerUrls[0] !== wanted)
        throw new StepFailed(
          'E_PEER_URL',
          `${task.target}: the member is listed with ${member?.peerUrls.join(', ') ?? 'no URL'}, not ${wanted}`,
        );
      return { id: member.id, peerUrl: wanted };
    },
  });
}

function peerUrl(scope: Scope<OkdChoices>, host: string): string {
  const [url] = etcdHost(scope, host).settings.initialAdvertisePeerUrls;
  if (url === undefined)
    throw new StepBlocked('E_PEER_URL', `${host}: ETCD_INITIAL_ADVERTISE_PEER_URLS names no peer URL`);
  return url;
}

function members(task: Task<OkdChoices, ReadHands>): Promise<readonly Member[]> {
  return memberList(task.hands.on(task.target), etcdHost(task, task.target).settings);
}

async function alone(task: Task<OkdChoices, ReadHands>): Promise<{ ready: boolean; said: string }> {
  const host = task.hands.on(task.target);
  if (!(await isHealthy(host, etcdHost(task, task.target).settings)))
    return { ready: false, said: 'not healthy' };
  const list = await members(task);
  return list.length === 1
    ? { ready: true, said: 'one member' }
    : { ready: false, said: `${list.length} members` };
}

/** Written at the start, by the count that was set for it, beside the work of serving: a dump of the whole v2 store. */
const SNAP_WITHIN_MS = 120_000;

async function hasSnap(task: Task<OkdChoices, ReadHands>): Promise<{ ready: boolean; said: string }> {
  const { snapIndices } = await dataDirFacts(task.hands.on(task.target), layoutOf(task, task.target).member);
  return { ready: snapIndices.length > 0, said: `${snapIndices.length} .snap` };
}

async function provenClean(task: Task<OkdChoices, ReadHands>): Promise<void> {
  const next = await nextStartIsClean(task.hands.on(task.target), unitOf(task, task.target));
  if (!next.clean)
    throw new StepFailed(
      'E_FORCE_LEFT',
      `${task.target}: force-new-cluster is left: ${next.found.join('; ')}`,
      {
        hint: 'Don’t restart etcd: it would throw out every other member.',
      },
    );
}
