import { posixCommand } from '@pawl/hosts';
import type { HoldingRun, HostsView } from '../hosts-view';
import { isOver } from '../still-fenced';
import { labelled, wrap, type Paper } from './layout';

export interface HostsPage extends HostsView {
  readonly title: string;
  readonly inventory: string;
  readonly next: string | null;
  /** Of which runs nothing is to be rebuilt: they are given up. */
  readonly neverRebuilt: (run: string) => boolean;
}

/** Whose the hosts are, each run with what to do about it. */
export function renderHosts(page: HostsPage, paper: Paper): string {
  const { columns } = paper;
  const { bold, yellow } = paper.colours;
  const lines = [bold(page.title), labelled('hosts', page.hosts.join(', '), columns)];
  for (const { host, code, message } of page.unasked)
    lines.push(labelled('unasked', `${host}: ${message} (${code})`, columns));
  for (const run of page.runs) lines.push('', ...renderRun(run, paper));
  if (page.runs.length === 0)
    lines.push(
      '',
      page.unasked.length === 0 ? 'No run holds these hosts.' : 'No run holds the hosts that answered.',
    );
  for (const { host, unit, run } of page.held)
    lines.push(labelled('held', `${host}: ${unit} is kept from starting by ${run}`, columns));
  if (page.held.some(({ run }) => !page.runs.some((one) => one.run === run)))
    lines.push(
      wrap(
        'Units are held by a run whose fence is gone: it was given up, or /var/lib/pawl was removed. The way back by hand stands in /var/lib/pawl/README on each host; `pawl plan --rollback --script` prints it.',
        columns,
      ),
    );
  for (const ended of page.ended)
    lines.push(
      labelled(
        'ended',
        `${ended.run}: ${ended.outcome}, ${ended.at}, on ${ended.hosts.join(', ')}${ended.by === null ? '' : `; by ${ended.by}: ${ended.reason ?? ''}`}`,
        columns,
      ),
    );
  if (page.runs.length > 1)
    lines.push('', yellow('Several runs hold these hosts. Is this one inventory of one cluster?'));
  if (page.runs.length === 0 && page.next !== null) lines.push('', `Next: ${bold(page.next)}`);
  for (const run of page.runs) lines.push('', ...renderNext(run, page, paper));
  return `${lines.join('\n')}\n`;
}

function renderRun(run: HoldingRun, paper: Paper): readonly string[] {
  const { columns } = paper;
  const { bold } = paper.colours;
  return [
    `${bold(run.run)}  holds ${run.hosts.join(', ')}`,
    labelled('phase', run.phase, columns),
    labelled('since', run.since, columns),
    labelled('owner', run.owner, columns),
    labelled('records', `${run.database} (on the owner’s machine)`, columns),
    labelled(
      'here',
      run.here === null
        ? 'the database in use does not know it'
        : `${run.here.state.replace('-', ' ')}, in ${run.here.phase}; records ${run.here.database}`,
      columns,
    ),
    ...run.running.map(({ host, intent }) => labelled('running', `${intent} on ${host}`, columns)),
    ...run.jobsGone.map((host) =>
      labelled('running', `not known on ${host}: the directory of its jobs is gone (E_JOBS_GONE)`, columns),
    ),
  ];
}

/** Where the run's own database is not in use, it is first looked for: what only the records know, the fences don't. */
function renderNext(
  run: HoldingRun,
  { inventory, neverRebuilt }: HostsPage,
  { colours: { bold } }: Paper,
): readonly string[] {
  const { here, next, nextOn, database } = run;
  if (next === null)
    return [
      'A way back has left it behind: put it right by hand, by /var/lib/pawl/README there. The last part takes the fence away.',
    ];
  const line = `Next${nextOn === null ? '' : `, on ${nextOn}`}: ${bold(next)}`;
  const isElsewhere = here === null || (isOver(here) && (nextOn !== null || here.database !== database));
  if (!isElsewhere) return [line];
  const gone = 'If that machine or its database is gone for good:';
  const unfence = posixCommand(['pawl', 'unfence', '-i', inventory, run.run, '--reason', 'WHY']);
  if (neverRebuilt(run.run)) return [line, `${gone} ${unfence}`];
  const beside = here === null ? [] : ['--db', 'ANOTHER-FILE'];
  return [
    line,
    `${gone} ${posixCommand(['pawl', 'resume', '--from-hosts', '-i', inventory, run.run, ...beside])}`,
    `  Or give the run up: ${unfence}`,
  ];
}
