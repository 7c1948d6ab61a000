import type { UnfenceView } from '../unfence-view';
import { labelled, type Paper } from './layout';

/** Shown before it is asked about: what is opened, and what is not taken back by it. */
export function renderUnfencePlan(view: UnfenceView, paper: Paper): string {
  const { columns } = paper;
  const { bold } = paper.colours;
  const lines = [
    `${bold(view.run)} is given up: ${view.reason}`,
    ...(view.owner === null ? [] : [labelled('owner', `${view.owner}, since ${view.since ?? '?'}`, columns)]),
    ...(view.inDatabase ? [labelled('here', 'it becomes `abandoned` in this database', columns)] : []),
    ...view.hosts.map(({ host, state, phase, jobsGone }) =>
      labelled(
        'host',
        `${host}: ${WHAT[state]}${phase === null ? '' : ` (phase ${phase})`}${jobsGone ? GONE : ''}`,
        columns,
      ),
    ),
    ...renderHeld(view, paper),
  ];
  return `${lines.join('\n')}\n`;
}

export function renderUnfence(
  view: UnfenceView,
  outcome: 'unfenced' | 'already-unfenced',
  next: string,
  paper: Paper,
): string {
  const { bold } = paper.colours;
  const opened = view.hosts.filter(({ state }) => state === 'fenced').map(({ host }) => host);
  const lines = [
    outcome === 'already-unfenced'
      ? `${bold(view.run)}  has ended on these hosts before. Nothing was changed.`
      : `${bold(view.run)}  abandoned${opened.length === 0 ? '; no fence of it stood' : `: fences opened on ${opened.join(', ')}`}`,
    ...renderHeld(view, paper),
    '',
    `Next: ${bold(next)}`,
  ];
  return `${lines.join('\n')}\n`;
}

const WHAT: Readonly<Record<UnfenceView['hosts'][number]['state'], string>> = {
  fenced: 'its fence is opened',
  ended: 'the run has ended there before',
  free: 'carries nothing of the run',
  left: 'left behind: what stands there stays',
};

const GONE =
  '; the directory of its jobs is gone, so nobody can say whether one still runs there: look at what runs there first';

function renderHeld(view: UnfenceView, { columns }: Paper): readonly string[] {
  const held = view.hosts.filter((host) => host.held.length > 0);
  if (held.length === 0) return [];
  return [
    ...held.map(({ host, held: units }) =>
      labelled('held', `${host}: ${units.join(', ')} stay kept from starting`, columns),
    ),
    labelled(
      'way back',
      'no data, file or hold is put back by this: the way back by hand stands in /var/lib/pawl/README on each host',
      columns,
    ),
  ];
}
