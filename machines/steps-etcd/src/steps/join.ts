import { StepBlocked, StepFailed, type Phase, type Scope, type Task } from '@pawl/engine';
import { isHealthy, joinerConf, memberAdd, memberAdded, memberList } from '@pawl/etcd';
import { guardedStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { editFile, pristineOf, releaseUnit, startUnit, type ReadHost } from '@pawl/hosts';
import { createHash } from 'node:crypto';
import { sequence } from '../changes/sequence';
import type { ClusterChoices } from '../cluster-choices';
import { etcdSetup } from '../facts';
import { etcdHosts, firstEtcdHost } from '../hosts-of';
import { layoutOf } from '../layout-of';
import { sumOf } from '../sum-of';
import { textOn } from '../text-on';
import { comesUp } from './comes-up';
import { stillHeld } from './still-held';

type Steps<C extends ClusterChoices> = Phase<C, ReadHands, WorkHands>['steps'];

/** Members 2 to 7, one after the other: at most one membership change is ever in flight. Places without a host are skipped. */
const PLACES = [2, 3, 4, 5, 6, 7];

/** Proves by a joiner's own contents that it holds what the first member holds. */
export type CaughtUp<C extends ClusterChoices> = (place: number, targets: Targets) => Steps<C>[number];

export type Targets = (scope: Scope<ClusterChoices>) => readonly string[];

export function joinAll<C extends ClusterChoices>(caughtUp: CaughtUp<C>): Steps<C> {
  return PLACES.flatMap((place) => joinSteps(place, caughtUp));
}

/** The steps that edit a joiner's etcd.conf, `'phase/step'`. */
export const configureSteps = (phase: string): readonly string[] =>
  PLACES.map((place) => `${phase}/configure-${place}`);

/**
 * The member at this place of the choices joins: its host made ready first, because from the add to its start a cluster of
 * one has no quorum; then added, started, and proven by its own contents.
 */
function joinSteps<C extends ClusterChoices>(place: number, caughtUp: CaughtUp<C>): Steps<C> {
  const joiner: Targets = (scope) => etcdHosts(scope).slice(place - 1, place);
  return [configure(place, joiner), add(place, joiner), start(place, joiner), caughtUp(place, joiner)];
}

interface Conf {
  readonly path: string;
  readonly sha256: string;
  readonly content: string;
}

function configure(place: number, targets: Targets) {
  return guardedStep<ClusterChoices, Conf>({
    name: `configure-${place}`,
    title: `Member ${place}: its configuration names the members it will find`,
    targets,
    undoneBy: 'files-back/restore-files',
    verify:
      'etcd.conf names exactly the present members and itself, state existing; no member lies in the data directory',
    deadlineMs: 60_000,
    retry: { attempts: 2, delayMs: 1_000 },
    // A member that somebody starts beside the forced one is of another history.
    first: (task) => stillHeld(task, etcdHosts(task).slice(place - 1)),
    look: newConf,
    planned: ({ facts }, target) => ({
      path: etcdSetup({ facts }, target).settings.configFile ?? '/etc/etcd/etcd.conf',
      sha256: '<of the file>',
      content: '',
    }),
    change: ({ run }, _target, conf) =>
      editFile({
        run,
        path: conf.path,
        expectedSha256: conf.sha256,
        content: conf.content,
        what: 'ETCD_INITIAL_CLUSTER: the present members and this one; ETCD_INITIAL_CLUSTER_STATE=existing',
      }),
    // The way back tells by it: an edit of ours from somebody else's, an edit that still stands from a file that had it before.
    prove: async ({ hands, run, target }, _job, { path, content }) => ({
      ...{ path, sha256: sha256(content) },
      original: (await sumOf(hands.on(target), pristineOf(run, path))) ?? null,
    }),
  });
}

async function newConf(task: Task<ClusterChoices, ReadHands>): Promise<Conf> {
  const host = task.hands.on(task.target);
  const { settings } = etcdSetup(task, task.target);
  const path = settings.configFile;
  const peerUrl = settings.initialAdvertisePeerUrls[0];
  if (path === null || peerUrl === undefined)
    throw new StepBlocked(
      'E_ETCD_SETTINGS',
      `${task.target}: etcd is configured by no environment file, or has no peer URL`,
      {
        where: task.target,
        hint: 'Preflight found both: somebody has changed its configuration since. Put it back, and resume.',
      },
    );
  const { member, wal } = layoutOf(task, task.target);
  const left = await leftIn(host, [member, ...(wal === null ? [] : [wal])]);
  // An earlier start of this very joiner is fine once it is a member; before that its directory must be empty.
  const present = await memberList(
    task.hands.on(firstEtcdHost(task)),
    etcdSetup(task, firstEtcdHost(task)).settings,
  );
  if (left !== undefined && !present.some((m) => m.peerUrls.includes(peerUrl)))
    throw new StepBlocked(
      'E_DATA_DIR_NOT_EMPTY',
      `${task.target}: ${left} is there, and this host is no member: it must join empty`,
      {
        hint: 'Nothing of this run lies there: its original is in the run’s own folder. Was etcd started by hand? Look at what it holds, move it out of the data directory, and resume.',
      },
    );
  const text = await textOn(host, path);
  const started = present.filter((m) => m.started || !m.peerUrls.includes(peerUrl));
  return {
    path,
    sha256: sha256(text),
    content: joinerConf(text, { memberName: settings.memberName, peerUrl, present: started }),
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A WAL that was left would make it start as the member that it was. */
async function leftIn(host: ReadHost, directories: readonly string[]): Promise<string | undefined> {
  for (const path of directories) if ((await host.read(['test', '-e', path])).exit === 0) return path;
  return undefined;
}

/** Of the job that adds: it was refused, or not answered. */
const NOT_ADDED = 1;

/** By API 3, on the migration host: it says why it refuses, and at once. */
function add(place: number, targets: Targets) {
  return guardedStep<ClusterChoices, undefined>({
    name: `add-${place}`,
    title: `Member ${place}: add it`,
    targets: (scope) => (targets(scope).length === 0 ? [] : [firstEtcdHost(scope)]),
    undoneBy: 'originals-back/set-new-aside',
    verify: 'the member list holds its peer URL',
    deadlineMs: 120_000,
    retry: { attempts: 3, delayMs: 11_000 },
    change: (scope, target) => {
      const [joiner] = targets(scope);
      const { settings } = etcdSetup(scope, joiner ?? target);
      const asked = etcdSetup(scope, target).settings;
      const [ownPeerUrl] = asked.initialAdvertisePeerUrls;
      return memberAdd(
        asked,
        { name: settings.memberName, peerUrl: settings.initialAdvertisePeerUrls[0] ?? '' },
        ownPeerUrl === undefined ? {} : { ownPeerUrl },
      );
    },
    answers: [NOT_ADDED],
    prove: (task, job) => {
      const added = memberAdded(job);
      if (added.verdict === 'done' || added.verdict === 'already') return Promise.resolve({ id: added.id });
      const [joiner = ''] = targets(task);
      throw new StepFailed(
        'E_MEMBER_ADD',
        `${task.target}: the cluster does not take ${joiner} as a member: ${added.said.slice(0, 300)}`,
        {
          hint: 'It does so only while a majority of its members hear each other: look at `journalctl -u etcd` on those that have joined, and at the network between them. Then resume: one that was added after all is not added again. Nothing is lost: the originals are untouched, and the way back needs no quorum.',
        },
      );
    },
  });
}

function start(place: number, targets: Targets) {
  return guardedStep<ClusterChoices, undefined>({
    name: `start-${place}`,
    title: `Member ${place}: release and start it`,
    targets,
    undoneBy: 'etcd-down/stop-and-hold',
    verify: 'it is a started member and healthy by its own answer',
    deadlineMs: 900_000,
    retry: { attempts: 2, delayMs: 2_000 },
    change: ({ facts }, target) => {
      const { unit } = etcdSetup({ facts }, target).settings;
      return sequence('release and start etcd', [releaseUnit(unit), startUnit(unit, { wait: false })]);
    },
    prove: async (task) => {
      const { settings } = etcdSetup(task, task.target);
      const host = task.hands.on(task.target);
      const seen = await comesUp(task, async () => {
        if (!(await isHealthy(host, settings))) return { ready: false, said: 'not healthy yet' };
        const me = (await memberList(host, settings)).find((m) => m.name === settings.memberName);
        return { ready: me?.started === true, said: me === undefined ? 'not in the member list' : me.id };
      });
      if (!seen.up)
        throw new StepFailed('E_JOIN', `${task.target} does not become a healthy member: ${seen.said}`, {
          hint: 'It is added, so the cluster may have no quorum until it runs. Mend what its log says (`journalctl -u etcd` on that host) or what cuts it off from the others, and resume: it is started again, and never added twice. Nothing is lost: the originals are untouched, and the way back needs no quorum.',
          facts: seen.facts,
        });
      return { id: seen.said };
    },
  });
}
