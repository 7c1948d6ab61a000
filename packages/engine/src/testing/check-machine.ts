import type { AnyMachineSnapshot, EventObject } from 'xstate';
import { adjacencyMapToArray, getAdjacencyMap } from 'xstate/graph';
import { canonicalJson } from '../canonical';
import type { JsonObject } from '../json';
import type { Machine } from '../machine';
import { positionOf, type Position } from '../position';
import { contextOf, dueSteps, eventOf, next, persist, restore, takes } from '../pure-core';
import { maybeCrossed, possibleFeeds } from './possible-feeds';

export interface MachineCheck {
  /** Reachable states, context included, and the edges between them: all of them were walked. */
  readonly states: number;
  readonly edges: number;
  /** What was found, each with the state it was found in; empty if the machine keeps its word. */
  readonly faults: readonly string[];
}

/** More would mean a context without bounds. */
const LIMIT = 200_000;

/**
 * Walks every state that a machine can reach, whatever the world, the operator and its steps say, and checks in each:
 * one step is due, or it rests · no dead end · a one-shot step starts once per round, and is done only where the world says so ·
 * nothing leads on past in doubt but a decision · a pause resumes in its own step · the
 * way back is taken exactly where it may be, enters where its phase says and reaches its end · it is saved and restored as it is.
 */
export function checkMachine<C extends JsonObject, R, H extends R>(
  given: Machine<C, R, H>,
  choices: JsonObject = {},
): MachineCheck {
  const machine = given as unknown as Machine<JsonObject, R, H>;
  const graph = walk(machine, choices);
  const faults = [
    ...graph.nodes.flatMap((snapshot) => stateFaults(machine, snapshot)),
    ...graph.edges.flatMap((edge) => [...edgeFaults(edge), ...doubtFaults(machine, edge)]),
    ...deadEnds(graph),
  ];
  return { states: graph.nodes.length, edges: graph.edges.length, faults };
}

interface GraphEdge {
  readonly from: AnyMachineSnapshot;
  readonly event: EventObject;
  readonly to: AnyMachineSnapshot;
}
interface Graph {
  readonly nodes: readonly AnyMachineSnapshot[];
  readonly edges: readonly GraphEdge[];
}

function walk<R, H extends R>(machine: Machine<JsonObject, R, H>, choices: JsonObject): Graph {
  const events = (snapshot: AnyMachineSnapshot): readonly EventObject[] =>
    possibleFeeds(machine, snapshot)
      .filter((feed) => takes(snapshot, feed))
      .map(eventOf);
  const map = getAdjacencyMap<AnyMachineSnapshot, EventObject, { choices: JsonObject }>(machine.xstate, {
    input: { choices },
    events,
    filterEvents: (snapshot, event) => snapshot.status === 'active' && snapshot.can(event),
    serializeState: keyOf,
    serializeEvent: (event) => canonicalJson(event),
    limit: LIMIT,
  });
  const nodes: AnyMachineSnapshot[] = Object.values(map).map(
    ({ state }): AnyMachineSnapshot => state as AnyMachineSnapshot,
  );
  const edges = adjacencyMapToArray(map).map(({ state, event, nextState }) => ({
    from: state,
    event,
    to: nextState,
  }));
  return { nodes, edges };
}

function stateFaults<R, H extends R>(
  machine: Machine<JsonObject, R, H>,
  snapshot: AnyMachineSnapshot,
): readonly string[] {
  const at = positionOf(snapshot.value);
  const due = dueSteps(snapshot).length;
  const works = at.direction !== 'ended' && (at.inner === 'running' || at.inner === 'asking');
  const saved = persist(machine.xstate, snapshot);
  const again = restore(machine.xstate, saved);
  const same =
    canonicalJson(persist(machine.xstate, again)) === canonicalJson(saved) &&
    dueSteps(again).join() === dueSteps(snapshot).join();
  return [
    ...(due === (works ? 1 : 0) ? [] : [`${keyOf(snapshot)}: ${due} steps are due`]),
    ...(same ? [] : [`${keyOf(snapshot)}: it is not restored as it was saved`]),
    ...pauseFaults(machine, snapshot, at),
    ...wayBackFaults(machine, snapshot, at),
  ];
}

function pauseFaults<R, H extends R>(
  machine: Machine<JsonObject, R, H>,
  snapshot: AnyMachineSnapshot,
  at: Position,
): readonly string[] {
  if (at.direction === 'ended' || at.inner !== 'paused') return [];
  const to = positionOf(next(machine.xstate, snapshot, { type: 'RESUME' }).value);
  const same = to.direction === at.direction && to.phase === at.phase && to.step === at.step;
  return same && (to.inner === 'running' || to.inner === 'asking')
    ? []
    : [`${keyOf(snapshot)}: it resumes elsewhere`];
}

function wayBackFaults<R, H extends R>(
  machine: Machine<JsonObject, R, H>,
  snapshot: AnyMachineSnapshot,
  at: Position,
): readonly string[] {
  const { phases, rollback } = machine.spec;
  if (rollback.length === 0 || (at.direction === 'ended' && at.ended !== 'completed')) return [];
  return maybeCrossed(machine, snapshot).flatMap((crossed) => {
    const event = { type: 'ROLLBACK', crossed, consent: false, dead: [] } as const;
    const wanted = (at.direction === 'forward' || at.direction === 'ended') && !crossed;
    if (takes(snapshot, event) !== wanted) {
      return [`${keyOf(snapshot)}: ROLLBACK is ${wanted ? 'not ' : ''}taken (crossed: ${crossed})`];
    }
    if (!wanted) return [];
    const phase = at.direction === 'ended' ? phases.at(-1) : phases.find((each) => each.name === at.phase);
    const to = positionOf(next(machine.xstate, snapshot, event).value);
    const entered = to.direction === 'ended' ? undefined : to.phase;
    return entered === phase?.rollbackAt
      ? []
      : [`${keyOf(snapshot)}: its way back enters at ${String(entered)}`];
  });
}

/** Never twice: into a one-shot's `running` only with a round that was not started before, or by taking up the same start. */
function edgeFaults({ from, event, to }: GraphEdge): readonly string[] {
  const at = positionOf(to.value);
  const was = positionOf(from.value);
  if (at.direction === 'ended' || at.inner !== 'running' || was.direction === 'ended') return [];
  const id = `${at.phase}/${at.step}`;
  const mark = contextOf(to).marks[id];
  if (was.phase !== at.phase || was.step !== at.step || was.inner !== 'asking') return [];
  const { output } = event as EventObject & { output?: { resumes?: boolean } };
  const again = contextOf(from).marks[id] === mark && output?.resumes !== true;
  return again || mark === undefined ? [`${keyOf(from)}: ${id} starts twice on round ${String(mark)}`] : [];
}

/** In doubt, a decision looks again or starts over, and nothing else goes forward; a one-shot step is left by an end that was seen. */
function doubtFaults<R, H extends R>(
  machine: Machine<JsonObject, R, H>,
  { from, event, to }: GraphEdge,
): readonly string[] {
  const was = positionOf(from.value);
  const at = positionOf(to.value);
  if (was.direction === 'ended' || at.direction !== was.direction) return [];
  const { output, error } = event as Partial<Record<'output' | 'error', { verdict?: string; kind?: string }>>;
  const decided = 'choice' in event ? event.choice : undefined;
  const moved = at.phase !== was.phase || at.step !== was.step;
  const once = isOneShot(machine, was);
  const asks =
    output?.verdict === 'unknown' || (error?.kind === 'in-doubt' && !(once && was.inner === 'running'));
  if (asks && at.inner !== 'in-doubt') return [`${keyOf(from)}: what nobody knows leads to ${at.inner}`];
  if (was.inner === 'in-doubt') {
    const again = decided === 'ask-again' && !moved && at.inner === (once ? 'asking' : 'running');
    return again || decided === 'start-over' || event.type === 'HOST_DEAD'
      ? []
      : [`${keyOf(from)}: ${event.type} leads past in doubt`];
  }
  const seen =
    was.inner === 'running' ? event.type.startsWith('xstate.done') : /done|spent/.test(output?.verdict ?? '');
  return once && moved && !seen ? [`${keyOf(from)}: left by ${event.type}, and its end was not seen`] : [];
}

function isOneShot<R, H extends R>(machine: Machine<JsonObject, R, H>, at: Position): boolean {
  if (at.direction !== 'forward') return false;
  const phase = machine.spec.phases.find(({ name }) => name === at.phase);
  return phase?.steps.find(({ name }) => name === at.step)?.kind === 'one-shot';
}

/** From everywhere an end is reached, and in the way back its own. */
function deadEnds({ nodes, edges }: Graph): readonly string[] {
  const into = new Map<string, string[]>();
  for (const { from, to } of edges) {
    const key = keyOf(to);
    const sources = into.get(key);
    if (sources === undefined) into.set(key, [keyOf(from)]);
    else sources.push(keyOf(from));
  }
  const ends = nodes.filter((node) => positionOf(node.value).direction === 'ended').map(keyOf);
  const reaches = new Set(ends);
  for (let edge = ends; edge.length > 0;) {
    edge = edge.flatMap((key) => into.get(key) ?? []).filter((key) => !reaches.has(key));
    for (const key of edge) reaches.add(key);
    edge = [...new Set(edge)];
  }
  return nodes.map(keyOf).flatMap((key) => (reaches.has(key) ? [] : [`${key}: a dead end`]));
}

function keyOf(snapshot: AnyMachineSnapshot): string {
  const { marks, spent } = contextOf(snapshot);
  return `${snapshot.status} ${JSON.stringify(snapshot.value)} ${JSON.stringify(marks)} ${JSON.stringify(spent)}`;
}
