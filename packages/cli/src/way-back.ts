import {
  isUnfinished,
  deadHosts,
  PawlError,
  planSteps,
  positionOf,
  storeFacts,
  type JsonObject,
  type PlannedPhase,
  type Position,
  type RunRecord,
  type Store,
} from '@pawl/engine';
import type { CliMachine } from './machines';

/** The way back of a run from where it stands, as data; or of a run that is yet to be made, from its first change on. */
export interface WayBackView {
  readonly run: string;
  readonly title: string;
  readonly machine: string;
  readonly version: string;
  readonly hosts: readonly string[];
  /** Where it begins: a phase, `completed`, or null where there is no run yet. */
  readonly from: string | null;
  readonly pointOfNoReturn: {
    readonly name: string;
    /** `'phase/step'`; null where every step can be taken back. */
    readonly at: string | null;
    readonly crossed: boolean;
  };
  /** Hosts that are left behind. */
  readonly dead: readonly string[];
  /** What becomes of them, a sentence a host. */
  readonly leftBehind: readonly string[];
  /** Empty where nothing was changed: then there is nothing to take back. */
  readonly phases: readonly PlannedPhase[];
}

/**
 * What `rollback` would do now. Reads the store, asks no host: so a phase that has moved on since, under a live owner, is not seen.
 * @param dead hosts that the caller names beside those that were named before
 * @throws PawlError `E_NO_WAY_BACK` where the run has ended otherwise than completed, or is being cleaned up
 */
export function wayBackOf(
  machine: CliMachine,
  store: Pick<Store, 'intents' | 'fact' | 'factsOf'>,
  record: RunRecord,
  dead: readonly string[] = [],
): WayBackView {
  const at = positionOf(record.checkpoint.snapshot['value']);
  const entry = entryOf(machine, record, at);
  const choices = machine.machine.spec.checkChoices(record.choices) as JsonObject;
  const left = [...new Set([...deadHosts(record), ...dead])];
  const facts = storeFacts(store, record.run);
  const { rollback, pointOfNoReturn } = planSteps(machine.machine, {
    run: record.run,
    choices,
    facts,
    said: { dead: left, remove: [] },
  });
  const [phase, step] = pointOfNoReturn?.step.split('/') ?? [];
  return {
    ...headOf(machine, record.run, record.choices),
    from: at.direction === 'ended' ? at.ended : at.phase,
    pointOfNoReturn: {
      name: machine.pointOfNoReturnName(record.choices),
      at: pointOfNoReturn?.step ?? null,
      crossed:
        phase !== undefined && step !== undefined && store.intents(record.run, { phase, step }).length > 0,
    },
    dead: left,
    leftBehind: left.flatMap((host) => machine.leftBehind?.(choices, facts, host) ?? []),
    phases: entry === undefined ? [] : rollback.slice(rollback.findIndex(({ name }) => name === entry)),
  };
}

/** What every way back says of itself. */
export function headOf(
  machine: CliMachine,
  run: string,
  choices: JsonObject,
): Pick<WayBackView, 'run' | 'title' | 'machine' | 'version' | 'hosts'> {
  return {
    run,
    title: machine.title,
    machine: machine.id,
    version: machine.machine.spec.version,
    hosts: machine.hostsOf(choices).map(({ name }) => name),
  };
}

/** The rollback phase that it enters at; undefined where nothing was changed. @throws PawlError `E_NO_WAY_BACK` */
function entryOf(machine: CliMachine, record: RunRecord, at: Position): string | undefined {
  const { phases, rollback, version } = machine.machine.spec;
  const { run, state } = record;
  const unfinished = isUnfinished(record);
  if (state === 'completed') return phases.at(-1)?.rollbackAt;
  if (!unfinished || at.direction === 'ended' || at.direction === 'cleanup')
    throw noWayBack(run, unfinished ? 'is being cleaned up' : `is ${state}`);
  const row = at.direction === 'rollback' ? rollback : phases;
  const phase = row.find(({ name }) => name === at.phase);
  if (phase === undefined)
    throw noWayBack(run, `stands in ${at.phase}, which ${machine.id} ${version} does not have`);
  return at.direction === 'rollback' ? phase.name : phase.rollbackAt;
}

function noWayBack(run: string, why: string): PawlError {
  return new PawlError('E_NO_WAY_BACK', `the run ${run} ${why}: there is no way back from there`, {
    where: run,
    hint: 'See `pawl status`.',
  });
}
