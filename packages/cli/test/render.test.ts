import { createColors } from 'picocolors';
import type { PlannedPhase } from '@pawl/engine';
import { renderCheck, type CheckView } from '../src/render/check';
import { renderError } from '../src/render/error';
import { renderJournal } from '../src/render/journal';
import type { Paper } from '../src/render/layout';
import { renderPlan } from '../src/render/plan';
import { rowLine, statusLine } from '../src/render/progress';
import { renderResult } from '../src/render/result';
import { renderRuns } from '../src/render/runs';
import { renderStatus } from '../src/render/status';
import type { PlanView } from '../src/plan-view';
import type { ProgressView } from '../src/progress-view';
import type { ResultView } from '../src/result-view';
import type { RowView } from '../src/row-view';
import type { StatusView } from '../src/status-view';

/** What is rendered, at the widths of a small and a large terminal, colours off. */
describe.each([80, 120])('at %d columns', (columns) => {
  const paper: Paper = { columns, colours: createColors(false) };
  const shown = (text: string): void => {
    const commands = /^ {6}|^Next: |^ {2}Or: /;
    for (const line of text.split('\n').filter((each) => !commands.test(each)))
      expect(line.length).toBeLessThanOrEqual(columns);
    expect(`\n${text}`).toMatchSnapshot();
  };

  test('check', () => shown(renderCheck(check, paper)));
  test('plan', () => shown(renderPlan(plan, paper)));
  test('status', () => shown(renderStatus(status, paper)));
  test('status of a crashed run with its checkpoint', () => shown(renderStatus(crashed, paper)));
  test('result', () => shown(renderResult(result, paper)));
  test('completed', () => shown(renderResult(completed, paper)));
  test('error', () =>
    shown(
      renderError(
        {
          code: 'E_INVENTORY',
          message: 'the host pattern etcd[3:1] counts backwards',
          where: '/etc/ansible/hosts:14',
          hint: 'Write etcd[1:3].',
          facts: null,
        },
        paper,
      ),
    ));
  test('runs', () =>
    shown(
      renderRuns(
        [
          {
            run: 'okd-20261124-2',
            state: 'running',
            phase: 'migrate',
            machine: 'okd-etcd-v2-to-v3',
            createdAt: '2026-11-24T10:00:00.000Z',
            updatedAt: '2026-11-24T10:12:00.000Z',
          },
          {
            run: 'okd-20261124-1',
            state: 'refused',
            phase: 'refused',
            machine: 'okd-etcd-v2-to-v3',
            createdAt: '2026-11-24T09:00:00.000Z',
            updatedAt: '2026-11-24T09:00:03.000Z',
          },
        ],
        '/var/lib/pawl/controller/pawl.db',
        paper,
      ),
    ));
  test('no runs', () => shown(renderRuns([], '/var/lib/pawl/controller/pawl.db', paper)));

  test('the redrawn line fits the terminal', () => {
    const line = statusLine(progress, new Date('2026-11-24T10:05:12Z'), paper);
    expect(line.length).toBeLessThan(columns);
    expect(line).toMatchSnapshot();
    expect(statusLine({ ...progress, note: 'pausing' }, new Date('2026-11-24T10:05:12Z'), paper)).toContain(
      'pausing',
    );
  });
});

const paper: Paper = { columns: 100, colours: createColors(false) };

test('the journal, a line a row', () => {
  const text = renderJournal(rows, { ok: true, rows: 6, badSeq: null, problem: null }, paper);
  expect(`\n${text}`).toMatchSnapshot();
  expect(
    renderJournal(
      rows,
      { ok: false, rows: 6, badSeq: 4, problem: 'its content does not match its hash' },
      paper,
    ),
  ).toContain('broken at row 4');
});

test('plain lines of progress', () => {
  const lines = (verbose: boolean): readonly string[] =>
    rows.flatMap((row) => rowLine(row, progress, paper, verbose) ?? []);
  expect(lines(false)).toMatchSnapshot();
  expect(lines(true).length).toBeGreaterThan(lines(false).length);
});

const check: CheckView = {
  title: 'OKD 3.6: migrate etcd data from v2 to v3',
  hosts: ['etcd1', 'etcd2', 'etcd3', 'master1', 'master2'],
  dataBytes: 29_777_000,
  keys: 30_112,
  completed: 'no',
  findings: [
    {
      code: 'E_DISK',
      level: 'refusal',
      host: 'etcd2',
      message: '212 MiB free at /var/lib/etcd, 480 MiB needed for backup, work copies and growth',
      hint: 'Free space or enlarge the volume.',
    },
    {
      code: 'W_SNAP',
      level: 'warning',
      host: 'etcd1',
      message: 'there is no .snap file yet; one will be written when the cluster is formed anew',
      hint: null,
    },
    { code: 'OK', level: 'ok', host: null, message: 'all five hosts answer' },
  ],
  next: 'pawl check -i hosts.ini',
};

const phases: readonly PlannedPhase[] = [
  {
    name: 'stop-masters',
    title: 'Stop and hold the API and the controllers on every master',
    wayBack: 'release and start them',
    steps: [
      {
        id: 'stop-masters/stop',
        title: 'Stop and hold',
        kind: 'effect',
        verify: 'inactive, no process, and nothing will start it, a reboot included',
        undoneBy: 'start-masters-again/start',
        leftOpen: 'the units are asked again',
        pointOfNoReturn: false,
        targets: [
          {
            target: 'master1',
            lines: [
              'systemctl stop origin-master-api.service',
              'write /etc/systemd/system/origin-master-api.service.d/00-pawl-hold.conf',
            ],
          },
          { target: 'master2', lines: ['systemctl stop origin-master-api.service'] },
        ],
      },
    ],
  },
  {
    name: 'start-masters',
    title: 'Start the masters on v3',
    wayBack: 'data written since would be lost',
    steps: [
      {
        id: 'start-masters/look',
        title: 'Read the canary once more',
        kind: 'read',
        verify: 'v3 answers',
        pointOfNoReturn: false,
        targets: [{ target: '-', lines: ['known once re-form/start has run'] }],
      },
      {
        id: 'start-masters/start',
        title: 'Start',
        kind: 'effect',
        verify: 'ready on each master',
        undoneBy: 'irreversible',
        leftOpen: 'its job says: waited for where it runs, begun where it is not there',
        pointOfNoReturn: true,
        targets: [{ target: 'master1', lines: ['systemctl start origin-master-api.service'] }],
      },
    ],
  },
];

const plan: PlanView = {
  run: 'okd-20261124-1',
  title: 'OKD 3.6: migrate etcd data from v2 to v3',
  machine: 'okd-etcd-v2-to-v3',
  version: '0.1.0',
  definitionHash: '3fa2c11d9e'.repeat(6),
  hosts: ['etcd1', 'etcd2', 'etcd3', 'master1', 'master2'],
  dataBytes: 29_777_000,
  keys: 30_112,
  notices: [
    'Running pods stay up and go on serving: nodes are not contacted, and nothing is scheduled or moved.',
  ],
  chosen: { onFailure: 'rollback', maxOutageSeconds: 1800, ttl: 'remaining', pauseBefore: 'start-masters' },
  phases,
  rollback: [],
  restore: null,
  pointOfNoReturn: {
    name: 'openshift.example.com',
    at: 'start-masters/start',
    cost: 'After the first master has been started on v3, going back to v2 loses everything written since.',
  },
};

const status: StatusView = {
  run: 'okd-20261124-1',
  title: 'OKD 3.6: migrate etcd data from v2 to v3',
  machine: 'okd-etcd-v2-to-v3',
  machineVersion: '0.1.0',
  state: 'in-doubt',
  direction: 'forward',
  changed: true,
  phase: 'migrate',
  step: 'run-migrate',
  reason: {
    code: 'E_IN_DOUBT',
    message: 'nothing proves whether migrate/run-migrate happened on round 1',
    where: 'migrate/run-migrate',
    hint: 'Look at the evidence, then choose.',
    facts: {
      evidence: { job: 'started, and neither running nor exited', copy: 'copy-1 holds no v3 database' },
      round: 1,
    },
  },
  choices: [
    {
      name: 'ask-again',
      meaning: 'look at the world once more; nothing is started',
      cost: 'nothing but the time it takes',
      command: 'pawl resume okd-20261124-1 --decide ask-again --reason WHY',
    },
    {
      name: 'start-over',
      meaning:
        'give this round up and go back to set-aside/copy, which makes another work copy of the original and tries anew',
      command: 'pawl resume okd-20261124-1 --decide start-over --reason WHY',
    },
  ],
  outage: { startedAt: '2026-11-24T10:01:00.000Z', endedAt: null, seconds: 724 },
  openIntents: [
    { id: '0042.migrate.run-migrate.etcd1.1', step: 'migrate/run-migrate', target: 'etcd1', attempt: 1 },
  ],
  owner: { who: 'op@controller', pid: 4711, since: '2026-11-24T10:00:00.000Z' },
  database: '/var/lib/pawl/controller/pawl.db',
  createdAt: '2026-11-24T10:00:00.000Z',
  updatedAt: '2026-11-24T10:13:04.000Z',
  checkpoint: null,
  rebuilt: null,
  conclusion: [],
  next: "pawl resume okd-20261124-1 --decide ask-again --reason 'asked again'",
  otherwise: 'pawl rollback okd-20261124-1',
};

const crashed: StatusView = {
  ...status,
  state: 'crashed',
  reason: null,
  choices: [],
  next: 'pawl resume okd-20261124-1',
  otherwise: 'pawl rollback okd-20261124-1',
  checkpoint: {
    stateValue: { forward: { migrate: { 'run-migrate': 'running' } } },
    seq: 42,
    claim: 'c0ffee00'.repeat(4),
    earlierClaims: 1,
    definitionHash: '3fa2c11d9e'.repeat(6),
  },
};

const result: ResultView = {
  run: 'okd-20261124-1',
  outcome: 'paused',
  changed: true,
  phase: 'scale-up',
  step: 'start-member',
  reason: {
    code: 'E_NOT_CAUGHT_UP',
    message: 'etcd2 does not hold what etcd1 holds after 120 s',
    where: 'scale-up/caught-up on etcd2',
    hint: 'Look at the journal of the unit etcd on etcd2, then resume.',
    facts: null,
  },
  choices: [],
  outageSeconds: 1330,
  conclusion: [],
  next: 'pawl resume okd-20261124-1',
  otherwise: 'pawl rollback okd-20261124-1',
  log: '/var/lib/pawl/controller/runs/okd-20261124-1/log.ndjson',
};

const completed: ResultView = {
  ...result,
  outcome: 'completed',
  phase: 'completed',
  step: null,
  reason: null,
  conclusion: [
    '30 112 keys of v2 are in v3, each with its value, and none besides',
    'the originals lie in /var/lib/etcd/pawl-okd-20261124-1/original on each etcd host',
  ],
  next: null,
  otherwise: null,
};

const progress: ProgressView = {
  run: 'okd-20261124-1',
  rows: {
    forward: ['preflight', 'prepare', 'stop-masters', 'converge', 'back-up', 'migrate'],
    rollback: ['v2-equal'],
    cleanup: [],
  },
  direction: 'forward',
  phase: 'back-up',
  step: 'copy',
  busy: ['etcd1', 'etcd2', 'etcd3', 'etcd4'],
  done: 1,
  since: '2026-11-24T10:05:00Z',
  message:
    'etcd1: 12.0 MiB of 28.4 MiB compared, each file by its sha256, and not one of them differs so far',
  outage: { startedAt: '2026-11-24T10:01:00Z' },
  note: undefined,
};

const at = '2026-11-24T10:05:12.000Z';
const rows: readonly RowView[] = [
  { seq: 1, at, kind: 'entered', asks: false, idle: false, phase: 'back-up' },
  {
    seq: 2,
    at,
    kind: 'intent',
    asks: false,
    idle: false,
    phase: 'back-up',
    step: 'copy',
    target: 'etcd1',
    attempt: 1,
  },
  {
    seq: 3,
    at,
    kind: 'outcome',
    asks: false,
    idle: false,
    phase: 'back-up',
    step: 'copy',
    target: 'etcd1',
    outcome: 'succeeded',
  },
  {
    seq: 4,
    at,
    kind: 'outcome',
    asks: false,
    idle: false,
    phase: 'back-up',
    step: 'copy',
    target: 'etcd2',
    outcome: 'failed',
    code: 'E_JOB_FAILED',
    message: 'the copy differs',
  },
  {
    seq: 5,
    at,
    kind: 'retry',
    asks: false,
    idle: false,
    phase: 'back-up',
    step: 'copy',
    target: 'etcd2',
    due: '2026-11-24T10:05:17.000Z',
  },
  {
    seq: 6,
    at,
    kind: 'outcome',
    asks: false,
    idle: false,
    phase: 'back-up',
    step: 'copy',
    target: 'etcd3',
    outcome: 'undecided',
    code: 'E_UNREACHABLE',
    message: 'etcd3 does not answer',
  },
  {
    seq: 7,
    at,
    kind: 'answer',
    asks: true,
    idle: false,
    phase: 'migrate',
    step: 'run-migrate',
    target: 'etcd1',
    verdict: 'untouched',
  },
  {
    seq: 8,
    at,
    kind: 'paused',
    asks: false,
    idle: false,
    phase: 'back-up',
    step: 'copy',
    code: 'E_PAUSED',
    message: 'op asked for a pause',
  },
  {
    seq: 9,
    at,
    kind: 'decided',
    asks: false,
    idle: false,
    choice: 'ask-again',
    by: 'op',
    message: 'etcd1 is back',
  },
];
