import { hasJob, isPastNoReturn, pointsOf, type Point, type Shape } from './points';

/** What happens: the controller is killed at one of these moments of a step, at the last one its host crashes too … */
const MOMENTS = ['before-intent', 'job-running', 'job-done', 'host-crashed-after'] as const;
/** … or this happens to the world while the step's job runs. */
export const WORLD_BREAKS = [
  'connection-cut',
  'sshd-restarted',
  'host-crashed',
  'command-killed',
  'network-cut',
] as const;
export type WorldBreak = (typeof WORLD_BREAKS)[number];
type Moment = (typeof MOMENTS)[number];
export type Fault = Moment | WorldBreak;

export interface Cell {
  /** What `-t` takes. */
  readonly name: string;
  readonly shape: Shape;
  readonly point: Point;
  readonly fault: Fault;
  /** Of a point on the way back both lead on with it: then it is `resume`. */
  readonly then: 'resume' | 'rollback';
}

export const ONE: Shape = { etcd: 1, masters: 1 };
export const MANY: Shape = { etcd: 3, masters: 2 };

/** Where a wrong end costs data: everything is done to them. On the way back every step is one. */
const DANGEROUS = [
  'stop-masters/stop-and-hold',
  'stop-etcd/stop-followers',
  'stop-etcd/stop-leader',
  'set-aside/originals',
  'set-aside/copy',
  'migrate/run-migrate',
  'migrate/promote',
  're-form/start-forced',
  're-form/end-forced',
  're-form/start-clean',
  'scale-up/add-2',
  'scale-up/start-2',
  're-attach-ttls/attach',
  'reconfigure-masters/edit',
  'start-masters/release-and-start',
];

/** Their job ends at once, and what it has started is waited for: a host that crashes then has it no more. */
const STARTS =
  /^(re-form\/start-(forced|clean)|scale-up\/start-2|start-masters\/release-and-start|(etcd|masters)-back\/release-and-start)$/;

const happensTo = ({ step, reads }: Point, fault: Moment): boolean => {
  if (fault === 'job-running') return !reads;
  return fault !== 'host-crashed-after' || STARTS.test(step);
};

/** Every step with an effect, there and back, its controller killed at each of these moments. Looking steps on the way back too. */
export function controllerKilled(shape: Shape): readonly Cell[] {
  return pointsOf(shape)
    .filter(({ way, reads }) => way === 'rollback' || !reads)
    .flatMap((point) =>
      MOMENTS.filter((fault) => happensTo(point, fault)).flatMap((fault) => cells(shape, point, fault)),
    );
}

/** Every dangerous step and every step of the way back that makes a job, with what can break in the world while that runs. */
export function worldBreaks(shape: Shape): readonly Cell[] {
  return pointsOf(shape)
    .filter((point) => hasJob(point) && (point.way === 'rollback' || DANGEROUS.includes(point.step)))
    .flatMap((point) => WORLD_BREAKS.flatMap((fault) => cells(shape, point, fault)));
}

/** What only a larger cluster has, or has on several hosts at once: where, as `step@host`, and what happens there. */
const ONLY_MANY: readonly (readonly [where: RegExp, what: readonly (Fault | `${Fault} resume`)[]])[] = [
  // Between the second member's add and its start there is no quorum: everything is done to both.
  [/^scale-up\/(add-2@etcd1|start-2@etcd2)$/, [...MOMENTS, ...WORLD_BREAKS]],
  [/^scale-up\/(configure-2@etcd2|add-3@etcd1|start-3@etcd3)$/, ['job-running']],
  // One follower is down, the leader and another still serve.
  [/^stop-etcd\/stop-followers@etcd2$/, ['job-running', 'host-crashed', 'command-killed', 'network-cut']],
  // The last host of a fan-out.
  [
    /^(stop-masters\/stop-and-hold@master2|back-up\/members@etcd2|set-aside\/originals@etcd3|reconfigure-masters\/edit@master2|start-masters\/release-and-start@master2)$/,
    ['job-running', 'host-crashed resume'],
  ],
  // The barriers of the way back: until this host has come through, no other goes on.
  [
    /^((masters-down|masters-back)\/.*@master2|(etcd-down|force-gone|originals-back|files-back|etcd-back)\/.*@etcd2)$/,
    ['job-running', 'host-crashed', 'network-cut'],
  ],
  [/^(originals-back|etcd-back)\/.*@etcd3$/, ['job-running', 'host-crashed']],
];

export function manyCells(): readonly Cell[] {
  return [...controllerKilled(MANY), ...worldBreaks(MANY)].filter(({ point, fault, then }) =>
    ONLY_MANY.some(
      ([where, what]) =>
        where.test(`${point.step}@${point.target}`) &&
        what.some((each) => each === fault || each === `${fault} ${then}`),
    ),
  );
}

function cells(shape: Shape, point: Point, fault: Fault): readonly Cell[] {
  const ends = point.way === 'rollback' ? (['resume'] as const) : (['resume', 'rollback'] as const);
  return ends.map((then) => ({
    name: `${shape.etcd}+${shape.masters} ${point.step}@${point.target} ${fault} ${then}`,
    ...{ shape, point, fault, then },
  }));
}

/** A list in a test that names a cell which is none is a mistake in the list. */
export function cellsNamed(names: readonly string[], among: readonly Cell[]): readonly Cell[] {
  return names.map((name) => {
    const cell = among.find((one) => one.name === name);
    if (cell === undefined) throw new Error(`there is no cell ${name}`);
    return cell;
  });
}

export const rollbackArgs = ({ point }: Cell, pointOfNoReturn: string): readonly string[] => [
  ...['rollback', '--no-input'],
  ...(isPastNoReturn(point) ? ['--accept-data-loss', pointOfNoReturn] : ['--yes']),
];
