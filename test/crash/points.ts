import { okdEtcdV2ToV3 } from '../../machines/okd-etcd-v2-to-v3/src';
import {
  choicesOf,
  laterFacts,
  preflightFacts,
  RUN,
} from '../../machines/okd-etcd-v2-to-v3/test/helpers/a-cluster';

/** Where something can be done to a run: one step on one target. */
export interface Point {
  readonly way: 'forward' | 'rollback';
  readonly phase: string;
  /** `phase/step` */
  readonly step: string;
  /** A host, or `-` for a step that is not one host's. */
  readonly target: string;
  readonly reads: boolean;
  /** One-shot: the world is asked before it begins. */
  readonly once: boolean;
}

export interface Shape {
  readonly etcd: number;
  readonly masters: number;
}

export const MACHINE = okdEtcdV2ToV3.spec.id;
export const PHASES: readonly string[] = okdEtcdV2ToV3.spec.phases.map(({ name }) => name);

/**
 * Every step of the machine on every target that it has in a cluster of this shape, in order; steps without one are left out. Read
 * off the machine: a step that is added to it has cells the same day.
 */
export function pointsOf({ etcd, masters }: Shape): readonly Point[] {
  const scope = {
    run: RUN,
    choices: choicesOf(etcd, masters),
    facts: laterFacts(preflightFacts(etcd, masters)),
  };
  const { phases, rollback } = okdEtcdV2ToV3.spec;
  const rows = [
    ...phases.map((phase) => ({ way: 'forward' as const, phase })),
    ...rollback.map((phase) => ({ way: 'rollback' as const, phase })),
  ];
  return rows.flatMap(({ way, phase }) =>
    phase.steps.flatMap((step) =>
      (step.targets?.(scope) ?? ['-']).map((target) => ({
        ...{ way, phase: phase.name, step: `${phase.name}/${step.name}`, target },
        reads: step.kind === 'read',
        once: step.kind === 'one-shot',
      })),
    ),
  );
}

/** From the commit of its intent on, a way back loses what the masters write on v3. */
const NO_RETURN = 'start-masters/release-and-start';

const FORWARD = okdEtcdV2ToV3.spec.phases.flatMap(({ name, steps }) =>
  steps.map((step) => `${name}/${step.name}`),
);

export const isPastNoReturn = ({ way, step }: Point): boolean =>
  way === 'forward' && FORWARD.indexOf(step) >= FORWARD.indexOf(NO_RETURN);

/** A job is made for it on its target's host; a step of no host's plants or closes fences, or looks. */
export const hasJob = ({ reads, target }: Point): boolean => !reads && target !== '-';
