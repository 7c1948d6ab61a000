import type { WayBackView } from '../way-back';
import { labelled, wrap, type Paper } from './layout';
import { renderSteps } from './plan';

/** The way back, phase by phase, with every command per host. */
export function renderWayBack(view: WayBackView, paper: Paper): string {
  const { bold, yellow } = paper.colours;
  const { columns } = paper;
  const lines = [bold(`The way back of ${view.run}: ${view.title}`)];
  lines.push(labelled('machine', `${view.machine} ${view.version}`, columns));
  lines.push(labelled('hosts', view.hosts.join(', '), columns));
  lines.push(labelled('from', view.from ?? 'its first change on, whichever phase it has reached', columns));
  if (view.dead.length > 0)
    lines.push(
      labelled(
        'left',
        [`${view.dead.join(', ')} will not come back.`, ...view.leftBehind].join(' '),
        columns,
      ),
    );
  if (view.phases.length === 0) lines.push('', 'Nothing was changed: there is nothing to take back.');
  else lines.push('', wrap(BARRIER, columns));
  view.phases.forEach((phase, i) => {
    lines.push(
      '',
      bold(wrap(`Back ${i + 1} of ${view.phases.length}  ${phase.name}: ${phase.title}`, columns, 0, 2)),
    );
    lines.push(...renderSteps(phase, paper));
  });
  if (view.pointOfNoReturn.crossed)
    lines.push(
      '',
      yellow(bold('The point of no return is behind')),
      wrap(
        `What going back would lose is looked at first. Unless that is proven to be nothing, it is shown, and nothing is done without --accept-data-loss ${view.pointOfNoReturn.name}.`,
        columns,
        2,
      ),
    );
  else if (view.from === null && view.pointOfNoReturn.at !== null)
    lines.push(
      '',
      wrap(
        `After ${view.pointOfNoReturn.at} has begun, the point of no return, it goes ahead without a loss, or with one that is accepted by name.`,
        columns,
      ),
    );
  return `${lines.join('\n')}\n`;
}

const BARRIER = 'Each of these is finished on every host before the next one begins anywhere.';
