import type { StatusView } from '../status-view';
import { renderChoices, renderReason } from './reason';
import { renderNext } from './result';
import { duration, labelled, table, wrap, type Paper } from './layout';

/** Where the run stands, why, and the one command to run next. */
export function renderStatus(view: StatusView, paper: Paper): string {
  const { bold } = paper.colours;
  const columns = paper.columns;
  const place = view.step === null ? view.phase : `${view.phase}/${view.step}`;
  const lines = [`${bold(view.run)}  ${stateWord(view, paper)}${whereabouts(view, place)}`];
  lines.push(labelled('what', view.title, columns), labelled('means', MEANING[view.state], columns));
  if (view.reason !== null) lines.push(...renderReason(view.reason, place, paper));
  if (view.outage.startedAt !== null)
    lines.push(
      labelled(
        'outage',
        `${duration(view.outage.seconds ?? 0)}${view.outage.endedAt === null ? ' so far' : ''}, since ${view.outage.startedAt}`,
        columns,
      ),
    );
  if (view.rebuilt !== null) {
    const { at, hosts, lastJob, on, rowsLost } = view.rebuilt;
    const from = `from ${hosts.join(', ')} at ${at}, up to the job ${lastJob} on ${on}; ${rowsLost} rows of its journal are lost`;
    lines.push(labelled('rebuilt', from, columns));
  }
  for (const sentence of view.conclusion) lines.push(wrap(`- ${sentence}`, columns, 2, 2));
  for (const intent of view.openIntents)
    lines.push(
      labelled(
        'open',
        `${intent.step} on ${intent.target}, attempt ${intent.attempt}: begun, no outcome yet`,
        columns,
      ),
    );
  lines.push(
    labelled(
      isOwned(view) ? 'owner' : 'last by',
      `${view.owner.who}, process ${view.owner.pid}, since ${view.owner.since}`,
      columns,
    ),
  );
  lines.push(labelled('records', view.database, columns));
  if (view.checkpoint !== null) lines.push('', ...renderCheckpoint(view.checkpoint, view));
  lines.push(...renderChoices(view.choices, paper));
  lines.push('', ...renderNext(view, paper));
  return `${lines.join('\n')}\n`;
}

const MEANING: Readonly<Record<StatusView['state'], string>> = {
  running: 'a process is at work on it',
  crashed: 'the process that drove it is dead; what it had begun on a host goes on there',
  elsewhere:
    'it is owned on another machine, which is never presumed dead. Where that owner is known to be gone, take it over: pawl resume RUN --take-over',
  paused: 'nobody is at work on it; it goes on from this very step',
  'in-doubt': 'the world and the records leave a question that a person decides',
  completed: 'everything is done and proven',
  'rolled-back': 'the way back was taken to its end',
  refused: 'a check said no; nothing was changed',
  closed: 'it was cleaned up; only a backup can be restored now',
  abandoned: 'its fences were opened by name; it is over',
};

/** Somebody is, or was until his death, at work on it. */
function isOwned({ state }: StatusView): boolean {
  return state === 'running' || state === 'crashed' || state === 'elsewhere';
}

/** Where it stands; an end says so by itself. */
function whereabouts({ direction }: StatusView, place: string): string {
  switch (direction) {
    case 'ended':
      return '';
    case 'forward':
      return `, at ${place}`;
    case 'rollback':
      return `, on its way back, at ${place}`;
    case 'cleanup':
      return `, being cleaned up, at ${place}`;
  }
}

function stateWord(view: StatusView, paper: Paper): string {
  const { green, yellow, red } = paper.colours;
  const good = view.state === 'running' || view.state === 'completed' || view.state === 'closed';
  const bad = view.state === 'crashed' || view.state === 'in-doubt';
  return (good ? green : bad ? red : yellow)(view.state.replace('-', ' '));
}

function renderCheckpoint(checkpoint: NonNullable<StatusView['checkpoint']>, view: StatusView): string[] {
  const rows = [
    ['state', JSON.stringify(checkpoint.stateValue)],
    ['seq', String(checkpoint.seq)],
    ['claim', `${checkpoint.claim} (${checkpoint.earlierClaims} earlier)`],
    ['machine', `${view.machine} ${view.machineVersion}`],
    ['definition', checkpoint.definitionHash],
    ...view.openIntents.map((intent) => ['open intent', intent.id]),
  ];
  return [
    'Checkpoint',
    ...table(rows)
      .split('\n')
      .map((line) => `  ${line}`),
  ];
}
