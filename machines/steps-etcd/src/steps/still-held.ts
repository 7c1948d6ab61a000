import { StepBlocked, type Task } from '@pawl/engine';
import type { ReadHands } from '@pawl/fleet';
import { HostError, unitState, type UnitState } from '@pawl/hosts';
import { holdAgain } from '../by-hand/by-hand-commands';
import type { ClusterChoices } from '../cluster-choices';
import { etcdSetup, masterFacts } from '../facts';
import { etcdHosts, masters } from '../hosts-of';

type Looking = Pick<Task<ClusterChoices, ReadHands>, 'run' | 'choices' | 'facts' | 'hands'>;

interface Freed {
  readonly host: string;
  readonly state: UnitState;
}

/**
 * What the run has stopped and held is still so: every master, and etcd on the hosts that are given. Asked before each change
 * that would do harm beside one that somebody has started by hand. A host that does not answer is no sign of a hand: it is
 * passed over, and asked again before the next change.
 * @throws StepBlocked `E_NOT_HELD`
 */
export async function stillHeld(task: Looking, etcd: readonly string[]): Promise<void> {
  const asked = [
    ...masters(task).map((host) => ({ host, units: masterFacts(task, host).units })),
    ...etcd.map((host) => ({ host, units: [etcdSetup(task, host).settings.unit] })),
  ];
  const freed = (await Promise.all(asked.map(({ host, units }) => freedOn(task, host, units)))).flat();
  const [first] = freed;
  if (first === undefined) return;
  throw new StepBlocked(
    'E_NOT_HELD',
    `${freed.map(inWords).join('; ')}: this run has stopped and held it, and somebody has taken the hold away`,
    {
      where: `${first.host}: ${first.state.unit}`,
      hint: `Nothing more was changed. Find out who did it: what was written through it since is in no manifest. The safe way is back, which stops and holds it again: \`pawl rollback ${task.run}\`. Where you know that nothing was written, hold it again, then resume: ${freed.map(asOneLine).join('; ')}.`,
      facts: {
        freed: freed.map(({ host, state: { unit, active, sub, verdict } }) => ({
          host,
          unit,
          active: `${active}/${sub}`,
          verdict,
        })),
      },
    },
  );
}

/** Masters, and etcd on every host: as long as data moves, all of it. */
export const allHeld = (task: Looking): Promise<void> => stillHeld(task, etcdHosts(task));

async function freedOn(
  { hands }: Looking,
  host: string,
  units: readonly string[],
): Promise<readonly Freed[]> {
  try {
    const states = await Promise.all(units.map((unit) => unitState(hands.on(host), unit)));
    return states.flatMap((state) => (state.verdict === 'held' ? [] : [{ host, state }]));
  } catch (error) {
    if (error instanceof HostError && error.code === 'E_UNREACHABLE') return [];
    throw error;
  }
}

function inWords({ host, state: { unit, active, sub, verdict } }: Freed): string {
  return verdict === 'running'
    ? `${host}: ${unit} is ${active}/${sub}`
    : `${host}: ${unit} is stopped and not held`;
}

/** To be typed on the host. */
function asOneLine({ host, state: { unit } }: Freed): string {
  return `on ${host} \`${holdAgain(unit).join(' && ')}\``;
}
