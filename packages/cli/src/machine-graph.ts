import { firstIrreversible, type Direction, type Phase, type Position, type Step } from '@pawl/engine';
import type { CliMachine } from './machines';

/** A machine as data: what `graph` draws and `graph --json` prints. */
export interface GraphView {
  readonly machine: string;
  readonly version: string;
  readonly title: string;
  /** Forward, the way back, the cleanup; each in order. */
  readonly phases: readonly GraphPhase[];
  /** Where the run stands; null without a run. */
  readonly position: GraphPosition | null;
}

export interface GraphPhase {
  readonly name: string;
  readonly title: string;
  readonly direction: Direction;
  /** The phase at which a rollback from here enters; null where there is nothing to take back, and on the way back. */
  readonly rollbackAt: string | null;
  readonly steps: readonly GraphStep[];
}

export interface GraphStep {
  readonly name: string;
  readonly title: string;
  readonly kind: Step<never, unknown, unknown>['kind'];
  readonly undoneBy: string | null;
  /** Of a one-shot step: where it starts over when a round came to nothing (`'phase/step'`). */
  readonly startOverAt: string | null;
  readonly pointOfNoReturn: boolean;
}

export interface GraphPosition {
  readonly run: string;
  readonly direction: Position['direction'];
  /** A phase; of a run that has ended: how. */
  readonly phase: string;
  readonly step: string | null;
  /** As `status` tells it. */
  readonly state: string;
}

export function machineGraph(machine: CliMachine, position: GraphPosition | null): GraphView {
  const { spec } = machine.machine;
  const { phases, rollback, cleanup = [] } = spec;
  const last = firstIrreversible(phases);
  return {
    machine: machine.id,
    version: spec.version,
    title: machine.title,
    phases: [
      ...phases.map((phase) => graphPhase(phase, 'forward', last)),
      ...rollback.map((phase) => graphPhase(phase, 'rollback', undefined)),
      ...cleanup.map((phase) => graphPhase(phase, 'cleanup', undefined)),
    ],
    position,
  };
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- machines differ in their choices; only declarations are read
type AnyPhase = Phase<any, any, any>;

function graphPhase(phase: AnyPhase, direction: Direction, last: string | undefined): GraphPhase {
  const { name, title, rollbackAt = null, steps } = phase;
  return {
    ...{ name, title, direction, rollbackAt },
    steps: steps.map((step) => ({
      name: step.name,
      title: step.title,
      kind: step.kind,
      undoneBy: step.kind === 'read' ? null : step.undoneBy,
      startOverAt: step.kind === 'one-shot' ? step.startOverAt : null,
      pointOfNoReturn: `${name}/${step.name}` === last,
    })),
  };
}
