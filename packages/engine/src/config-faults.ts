import type { Edge, StateConfig } from './machine-config';

const ALLOWED = [
  'type',
  'initial',
  'tags',
  'meta',
  'invoke',
  'on',
  'onDone',
  'states',
  'id',
  'version',
  'context',
];

/**
 * What xstate would accept and must not be in a machine that survives crashes: timers, history, transient edges, anonymous
 * code, two questions under one name, a second or unguarded way into a one-shot step. Each fault with its place.
 */
export function configFaults(
  root: StateConfig,
  known: { guards: readonly string[]; actions: readonly string[] },
): readonly string[] {
  const seen = new Set<string>();
  return walk(root, 'machine').flatMap(({ state, path }) => [
    ...Object.keys(state)
      .filter((key) => !ALLOWED.includes(key))
      .map((key) => `${path}: ${key} is not used`),
    ...invokeFaults(state, path, seen),
    ...edgesOf(state).flatMap((edge) => edgeFaults(edge, path, known)),
    ...(path !== 'machine' && state.states !== undefined && state.onDone === undefined
      ? [`${path}: no onDone`]
      : []),
    ...oneShotFaults(state, path),
  ]);
}

interface Place {
  readonly state: StateConfig;
  readonly path: string;
}

function walk(state: StateConfig, path: string): readonly Place[] {
  const inner = Object.entries(state.states ?? {}).flatMap(([key, child]) => walk(child, `${path}.${key}`));
  return [{ state, path }, ...inner];
}

function invokeFaults(state: StateConfig, path: string, seen: Set<string>): readonly string[] {
  const invoke = state.invoke;
  if (invoke === undefined) return [];
  const again = seen.has(invoke.id);
  seen.add(invoke.id);
  return [
    ...(again ? [`${path}: ${invoke.id} is invoked in two places`] : []),
    ...(invoke.id === invoke.src ? [] : [`${path}: id ${invoke.id} is not its src ${invoke.src}`]),
    ...(edges(invoke.onError).length === 0 || edges(invoke.onDone).length === 0
      ? [`${path}: an end without an edge`]
      : []),
  ];
}

function edgeFaults(
  edge: Edge,
  path: string,
  known: { guards: readonly string[]; actions: readonly string[] },
): readonly string[] {
  const guard = nameOf(edge.guard);
  const action = nameOf(edge.actions);
  return [
    ...(guard === undefined || known.guards.includes(guard) ? [] : [`${path}: no guard ${guard}`]),
    ...(action === undefined || known.actions.includes(action) ? [] : [`${path}: no action ${action}`]),
  ];
}

/** A state with `asking` in it is a one-shot step: it begins there, and one guarded edge leads on to `running`. */
function oneShotFaults(state: StateConfig, path: string): readonly string[] {
  if (state.states?.['asking'] === undefined) return [];
  const into = Object.values(state.states)
    .flatMap(edgesOf)
    .filter((edge) => edge.target === 'running');
  return [
    ...(state.initial === 'asking' ? [] : [`${path}: it does not begin by asking`]),
    ...(into.length === 1 && into[0]?.guard !== undefined
      ? []
      : [`${path}: not one guarded edge into running`]),
  ];
}

function edgesOf(state: StateConfig): readonly Edge[] {
  return [
    ...Object.values(state.on ?? {}).flatMap(edges),
    ...(state.invoke === undefined ? [] : [...edges(state.invoke.onDone), ...edges(state.invoke.onError)]),
  ];
}

function edges(all: string | Edge | readonly Edge[]): readonly Edge[] {
  if (typeof all === 'string') return [{ target: all }];
  return 'length' in all ? all : [all];
}

function nameOf(named: string | { readonly type: string } | undefined): string | undefined {
  return typeof named === 'object' ? named.type : named;
}
