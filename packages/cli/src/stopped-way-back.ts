import { commandLine } from './command-line';
import type { ReasonView } from './reason-view';
import type { ResultView } from './result-view';
import type { Place } from './state-dir';

interface Stopped {
  readonly run: string;
  /** A person has asked for the way back by this command. */
  readonly asked: boolean;
  readonly goesBack: boolean;
  readonly place: Place;
}

type Ways = Pick<ResultView, 'reason' | 'next' | 'otherwise'>;

/**
 * A way back that rests, where it could not begin or a host does not answer: going forward is not what was asked for, and a host that
 * will not come back can be left behind.
 */
export function stoppedWayBack(ways: Ways, { run, asked, goesBack, place }: Stopped): Ways {
  if (!asked && !goesBack) return ways;
  const reason = withoutHost(ways.reason, commandLine(place, 'rollback', run));
  return goesBack || ways.otherwise === null
    ? { ...ways, reason }
    : { reason, next: ways.otherwise, otherwise: ways.next };
}

function withoutHost(reason: ReasonView | null, back: string): ReasonView | null {
  if (reason?.code !== 'E_UNREACHABLE') return reason;
  const words = `If it will not come back, the way back can leave it behind: \`${back} --host-dead NAME --reason WHY\`, where the other original members are a quorum. Be sure that it is off, and stays off: its data is another history of this cluster.`;
  return { ...reason, hint: reason.hint === null ? words : `${reason.hint} ${words}` };
}
