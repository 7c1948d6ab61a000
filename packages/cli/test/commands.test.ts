import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Parts } from 'pawl';
import { schemaFaults } from './schemas';
import { CANARY } from './toy/machine';
import { toyParts } from './toy/parts';
import { ACCEPT, bench, CLUSTER, INVENTORY, type Bench } from './toy/harness';

let b: Bench;
beforeEach(() => (b = bench()));
afterEach(() => b.clear());

const RUN = 'toy-20261124-1';
const run = `run -i {inventory} --db {db} ${ACCEPT}`;

const fitting = (line: string): ReturnType<Bench['fitting']> => b.fitting(line);

const nothingWasMade = (): void => {
  expect(b.world.effects()).toEqual([]);
  expect(existsSync(b.db)).toBe(false);
  expect(existsSync(join(b.folder, 'runs'))).toBe(false);
};

describe('check', () => {
  test('says that nothing stands in the way, and makes nothing', async () => {
    const { exit, document } = await fitting('check -i {inventory} --db {db}');
    expect({ exit, ...document }).toMatchObject({
      exit: 0,
      schema: 'pawl/check/1',
      outcome: 'ok',
      changed: false,
      run: null,
      hosts: ['etcd1', 'etcd2', 'master1'],
      next: `pawl plan -i ${'{inventory}'.replace('{inventory}', b.inventory)} --db ${b.db}`,
    });
    nothingWasMade();
  });

  test('a refusal is exit 3, with every finding and what to do', async () => {
    b.world.spoil('check', 'refused');
    const { exit, document } = await fitting('check -i {inventory} --db {db}');
    expect(exit).toBe(3);
    expect(document).toMatchObject({
      outcome: 'refused',
      findings: [
        { code: 'E_TOY_WOUND', level: 'refusal', hint: 'Wind it up.' },
        { code: 'E_TOY_LOUD', level: 'warning', hint: null },
      ],
    });
    const { stdout } = await b.pawl('check -i {inventory} --db {db}');
    expect(stdout).toContain('etcd1: the toy is not wound up (E_TOY_WOUND)');
    expect(stdout).toContain('→ Wind it up.');
    nothingWasMade();
  });
});

describe('plan', () => {
  test('shows every command per host in order, ways back, the point of no return and its name; makes nothing', async () => {
    const { exit, stdout } = await b.pawl('plan -i {inventory} --db {db}');
    expect(exit).toBe(0);
    const inOrder = [
      'ping etcd1',
      'way back  start them',
      "echo 'stop-units master1'",
      'turn copy-1',
      'point of no return',
      'start-units master1',
    ];
    expect(inOrder.map((text) => stdout.indexOf(text))).toEqual(
      [...inOrder.map((text) => stdout.indexOf(text))].sort((x, y) => x - y),
    );
    for (const text of [
      ...inOrder,
      CLUSTER,
      '28.0 MiB, 3 000 keys',
      'running pods stay up',
      'pawl plan --rollback',
      `Next: pawl run -i ${b.inventory} ${ACCEPT}`,
    ])
      expect(stdout.replace(/\s+/g, ' ')).toContain(text.replace(/\s+/g, ' '));
    nothingWasMade();
  });

  test('as JSON', async () => {
    const { document } = await fitting('plan -i {inventory} --db {db}');
    expect(document).toMatchObject({
      outcome: 'planned',
      run: RUN,
      plan: {
        pointOfNoReturn: { name: CLUSTER, at: 'start/start-units' },
        phases: [{ name: 'look' }, { name: 'stop' }, { name: 'convert' }, { name: 'start' }],
      },
    });
  });

  test('prints what run executes', async () => {
    const { stdout } = await b.pawl('plan -i {inventory} --db {db}');
    await b.pawl(run);
    for (const line of b.world.effects().filter((effect) => effect !== 'turn'))
      expect(stdout).toContain(`echo '${line}' >> effects`);
  });
});

describe('run', () => {
  test('with consent by name goes to its end: exit 0, effects once each, log and database for their owner alone', async () => {
    const { exit, document } = await fitting(run);
    expect({ exit, ...document }).toMatchObject({
      exit: 0,
      outcome: 'completed',
      changed: true,
      run: RUN,
      outageSeconds: 0,
      next: null,
      reason: null,
    });
    expect(b.world.effects()).toEqual(['stop-units master1', 'copy etcd1', 'turn', 'start-units master1']);
    const log = join(b.folder, 'runs', RUN, 'log.ndjson');
    expect(document['log']).toBe(log);
    expect([log, b.db, join(b.folder, 'runs')].map((path) => statSync(path).mode & 0o777)).toEqual([
      0o600, 0o600, 0o700,
    ]);
    const lines = readFileSync(log, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map((line) => line['message'])).toContain('ended');
  });

  test('tells a person: the plan, that the terminal may be closed, each phase, the end', async () => {
    const { stdout, stderr } = await b.pawl(run);
    for (const text of [
      'Plan of toy-20261124-1',
      'You may close this terminal',
      'phase 1/4 look',
      'done    stop/stop-units on master1',
      'phase 4/4 start',
    ])
      expect(stderr).toContain(text);
    expect(stdout).toContain(`${RUN}  completed`);
    expect(stdout).not.toContain('phase 1/4');
  });

  test.each([
    ['without consent', 'run -i {inventory} --db {db}', 'E_NOT_CONSENTED'],
    ['with --yes alone', 'run -i {inventory} --db {db} --yes', 'E_NOT_CONSENTED'],
    ['with --no-input', 'run -i {inventory} --db {db} --no-input', 'E_NOT_CONSENTED'],
    ['with a wrong name', 'run -i {inventory} --db {db} --accept-point-of-no-return other', 'E_WRONG_NAME'],
    [
      'with a wrong name and --yes',
      'run -i {inventory} --db {db} --yes --accept-point-of-no-return other',
      'E_WRONG_NAME',
    ],
  ])('%s is exit 3: nothing is changed and no run exists', async (_, line, code) => {
    const { exit, document } = await fitting(line);
    expect({ exit, ...document }).toMatchObject({
      exit: 3,
      outcome: 'error',
      changed: false,
      run: null,
      error: { code },
    });
    expect((document['error'] as { hint: string }).hint).toContain(
      code === 'E_WRONG_NAME' ? CLUSTER : ACCEPT,
    );
    nothingWasMade();
  });

  const terminal = { stdin: true, stdout: true, stderr: true };

  test('on a terminal the name is typed', async () => {
    const { exit, stderr } = await b.pawl('run -i {inventory} --db {db}', {
      isTTY: terminal,
      stdin: Readable.from([`${CLUSTER}\n`]),
      env: { NO_COLOR: '1' },
    });
    expect(exit).toBe(0);
    expect(stderr).toContain(`Type ${CLUSTER} to go ahead:`);
    expect(b.world.effects()).toHaveLength(4);
  });

  test.each(['yes\n', '\n', ''])('on a terminal %j is no consent', async (typed) => {
    const { exit } = await b.pawl('run -i {inventory} --db {db}', {
      isTTY: terminal,
      stdin: Readable.from([typed]),
    });
    expect(exit).toBe(3);
    nothingWasMade();
  });

  test('a second run answers that it was done before: exit 0, nothing changed, consent or not', async () => {
    await b.pawl(run);
    const before = b.world.effects();
    for (const line of [run, 'run -i {inventory} --db {db}']) {
      const { exit, document } = await fitting(line);
      expect({ exit, ...document }).toMatchObject({
        exit: 0,
        outcome: 'already-completed',
        changed: false,
        next: null,
      });
    }
    expect(b.world.effects()).toEqual(before);
    expect((await fitting('runs --db {db}')).document['runs']).toHaveLength(1);
  });

  test('evidence that does not agree is a refusal', async () => {
    b.world.effect('start-units master1');
    const { exit, document } = await fitting(run);
    expect({ exit, ...document }).toMatchObject({
      exit: 3,
      outcome: 'refused',
      changed: false,
      reason: { code: 'E_CHECK_REFUSED' },
    });
    expect(existsSync(b.db)).toBe(false);
  });

  test('what check refuses, run refuses: no run exists', async () => {
    b.world.spoil('check', 'refused');
    const { exit, document } = await fitting(run);
    expect({ exit, ...document }).toMatchObject({
      exit: 3,
      outcome: 'refused',
      run: null,
      findings: [{ code: 'E_TOY_WOUND' }, { code: 'E_TOY_LOUD' }],
    });
    nothingWasMade();
  });

  test('a step that refuses before anything is changed: exit 3', async () => {
    b.world.spoil('look/hosts', 'refused');
    const { exit, document } = await fitting(run);
    expect({ exit, ...document }).toMatchObject({
      exit: 3,
      outcome: 'refused',
      changed: false,
      run: RUN,
      reason: { code: 'E_TOY_REFUSED' },
    });
  });

  test('a step that is blocked pauses: exit 4, and the next command is resume', async () => {
    b.world.spoil('convert/copy', 'blocked');
    const { exit, document } = await fitting(run);
    expect({ exit, ...document }).toMatchObject({
      exit: 4,
      outcome: 'paused',
      changed: true,
      phase: 'convert',
      step: 'copy',
      reason: { code: 'E_TOY_BLOCKED', hint: 'Oil it.' },
      next: `pawl resume ${RUN} --db ${b.db}`,
    });
  });

  test('a step in doubt: exit 5, with the choices; the next command asks again', async () => {
    b.world.spoil('convert/turn', 'doubt');
    const { exit, document } = await fitting(run);
    expect({ exit, ...document }).toMatchObject({
      exit: 5,
      outcome: 'in-doubt',
      choices: [{ name: 'ask-again' }, { name: 'start-over' }],
    });
    expect(document['next']).toContain('--decide ask-again');
  });

  test('an unfinished run of these hosts is in the way: exit 3, and which one', async () => {
    b.world.spoil('convert/copy', 'blocked');
    await b.pawl(run);
    const { exit, document } = await fitting(run);
    expect({ exit, ...document }).toMatchObject({ exit: 3, run: RUN, error: { code: 'E_RUN_UNFINISHED' } });
  });

  test('--pause-before stops there; one that is no phase is a usage error', async () => {
    const { exit, document } = await fitting(`${run} --pause-before start`);
    expect({ exit, ...document }).toMatchObject({ exit: 4, outcome: 'paused', phase: 'start' });
    expect(b.world.effects()).not.toContain('start-units master1');
    expect(await b.pawl(`${run} --pause-before nowhere`)).toMatchObject({ exit: 2 });
  });

  test('--events prints a line for each event, the result last, each by its schema', async () => {
    const { exit, stdout } = await b.pawl(`${run} --events`);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(exit).toBe(0);
    expect(lines.flatMap(schemaFaults)).toEqual([]);
    expect(lines.at(-1)).toMatchObject({ schema: 'pawl/result/1', outcome: 'completed' });
    const seqs = lines.filter((line) => line['type'] === 'journal').map((line) => line['seq']);
    expect(seqs).toEqual(seqs.map((_, i) => i + 1));
    expect(lines.some((line) => line['type'] === 'progress')).toBe(true);
  });

  test('--quiet leaves stderr to what is wrong', async () => {
    expect((await b.pawl(`${run} --quiet`)).stderr).toBe('');
  });
});

test('a host that another holds, and nothing else in the way: exit 7 from check and run, nothing is made', async () => {
  b.world.spoil('check', 'fenced');
  expect(await fitting('check -i {inventory} --db {db}')).toMatchObject({
    exit: 7,
    document: { outcome: 'refused' },
  });
  expect(await fitting(run)).toMatchObject({
    exit: 7,
    document: { outcome: 'refused', findings: [{ code: 'E_FENCED' }] },
  });
  nothingWasMade();
});

test('a fence that turns up in the middle is exit 7', async () => {
  b.world.spoil('convert/copy', 'fenced');
  expect(await fitting(run)).toMatchObject({ exit: 7, document: { error: { code: 'E_FENCED' } } });
});

test('no canary reaches stdout, stderr, the documents, the events or the log', async () => {
  b.world.spoil('convert/copy', 'leak');
  const said = [await b.pawl(`${run} --events --verbose`), await b.pawl('status --db {db}')];
  said.push(
    await b.pawl('status --db {db} --json'),
    await b.pawl(`journal ${RUN} --db {db}`),
    await b.pawl(`journal ${RUN} --json --db {db}`),
  );
  const everything = [
    ...said.flatMap(({ stdout, stderr }) => [stdout, stderr]),
    readFileSync(join(b.folder, 'runs', RUN, 'log.ndjson'), 'utf8'),
  ];
  for (const text of everything) expect(text).not.toContain(CANARY);
  expect(everything.join('')).toMatch(/accesstokens\/#[0-9a-f]{12}/);
});

describe('on a terminal', () => {
  const tty = { stdin: false, stdout: false, stderr: true };

  test('a line is redrawn, with the phase, the step and the outage clock; it is gone at the end', async () => {
    const { stderr } = await b.pawl(run, { isTTY: tty });
    expect(stderr).toMatch(/\r\u001B\[2K[^\n]*3\/4 convert {2}copy on etcd1 [^\n]*outage 0 s/);
    expect(stderr.endsWith('\r\u001B[2K')).toBe(true);
  });

  test.each([{ TERM: 'dumb' }, { CI: 'true' }])('but not with %j', async (env) => {
    expect((await b.pawl(run, { isTTY: tty, env })).stderr).not.toContain('\r');
  });
});

describe('resume', () => {
  const resume = 'resume --db {db}';

  test('goes on from the step that paused, with the choices of the store and the one unfinished run', async () => {
    b.world.spoil('convert/copy', 'blocked');
    await b.pawl(run);
    b.world.mend('convert/copy');
    const { exit, document } = await fitting(resume);
    expect({ exit, ...document }).toMatchObject({ exit: 0, outcome: 'completed', run: RUN });
    expect(b.world.effects()).toEqual(['stop-units master1', 'copy etcd1', 'turn', 'start-units master1']);
  });

  test('a run in doubt stays in doubt until it is decided, with a reason', async () => {
    b.world.spoil('convert/turn', 'doubt');
    await b.pawl(run);
    expect(await b.json(resume)).toMatchObject({ exit: 5, document: { outcome: 'in-doubt' } });
    expect(await b.pawl(`${resume} --decide ask-again`)).toMatchObject({ exit: 2 });
    const before = await b.json(`journal ${RUN} --db {db}`);
    const wrong = await b.json(`${resume} --decide nonsense --reason because`);
    expect([wrong.exit, wrong.document]).toMatchObject([
      2,
      { error: { code: 'E_NO_SUCH_CHOICE', hint: 'Choices: ask-again, start-over.' } },
    ]);
    expect((await b.json(`journal ${RUN} --db {db}`)).document).toEqual(before.document);
    b.world.mend('convert/turn');
    expect(await fitting(`${resume} --decide ask-again --reason because`)).toMatchObject({
      exit: 0,
      document: { outcome: 'completed' },
    });
    const { document } = await fitting(`journal ${RUN} --db {db}`);
    expect(document['rows']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          kind: 'decided',
          data: expect.objectContaining({
            choice: 'ask-again',
            reason: 'because',
            seen: expect.objectContaining({ code: 'E_IN_DOUBT' }),
          }),
        }),
      ]),
    );
    expect(b.world.effects().filter((effect) => effect === 'turn')).toHaveLength(1);
  });

  test('of a completed run says so: exit 0, nothing changed', async () => {
    await b.pawl(run);
    expect(await fitting(`resume ${RUN} --db {db}`)).toMatchObject({
      exit: 0,
      document: { outcome: 'already-completed', changed: false },
    });
  });

  test.each([
    [
      'another address',
      INVENTORY.replace('198.18.0.2', '198.18.0.9'),
      'etcd2 was at 198.18.0.2, is at 198.18.0.9',
    ],
    ['a host less', INVENTORY.replace(/etcd2.*\n/, ''), 'etcd2 is gone'],
    ['another role', INVENTORY.replace('[masters]\n', '[masters]\netcd2\n'), 'masters: etcd2 is new'],
  ])(
    'the inventory says %s by now: exit 8 with the difference, nothing is done',
    async (_, text, difference) => {
      await b.pawl(`${run} --pause-before convert`);
      const before = b.world.effects();
      writeFileSync(b.inventory, text);
      const { exit, document } = await fitting(resume);
      expect({ exit, ...document }).toMatchObject({ exit: 8, error: { code: 'E_INVENTORY_CHANGED' } });
      expect((document['error'] as { message: string }).message).toContain(difference);
      expect(b.world.effects()).toEqual(before);
    },
  );

  test('a copy of the old inventory may be named instead; without any the hosts on record are used', async () => {
    await b.pawl(`${run} --pause-before convert`);
    writeFileSync(b.inventory, INVENTORY.replace('198.18.0.2', '198.18.0.9'));
    writeFileSync(join(b.folder, 'old.ini'), INVENTORY);
    expect(await b.pawl(`${resume} -i old.ini --pause-before start`)).toMatchObject({ exit: 4 });
    writeFileSync(b.inventory, INVENTORY);
    expect(await b.pawl(resume)).toMatchObject({ exit: 0 });
  });
});

test('a completed run is not taken back where the inventory has another host by now; an unfinished one is', async () => {
  await b.pawl(`${run} --pause-before convert`);
  const more = INVENTORY.replace('[masters]\n', '[masters]\nmaster9 ansible_host=198.18.0.19\n');
  writeFileSync(b.inventory, more);
  expect(await b.pawl(`rollback ${RUN} --db {db} --yes`)).toMatchObject({ exit: 0 });
  writeFileSync(b.inventory, INVENTORY);
  await b.pawl(run);
  writeFileSync(b.inventory, more);
  const before = b.world.effects();
  const { exit, stderr } = await b.pawl(`rollback toy-20261124-2 --db {db} --accept-data-loss ${CLUSTER}`);
  expect({ exit, stderr }).toMatchObject({
    exit: 8,
    stderr: expect.stringMatching(/master9 is new.*E_INVENTORY_CHANGED/s) as unknown,
  });
  expect(b.world.effects()).toEqual(before);
});

test('a run of another definition of its machine is not gone on with: exit 8, with the difference', async () => {
  await b.pawl(`${run} --pause-before convert`);
  const before = b.world.effects();
  const { exit, stderr } = await b.pawl('resume --db {db}', {}, toyParts(b.world, '2.0.0'));
  expect(exit).toBe(8);
  expect(stderr).toMatch(/another definition.*1\.0\.0.*2\.0\.0.*E_DEFINITION_CHANGED/s);
  expect(await b.pawl('resume --db {db}', {}, { ...toyParts(b.world), machines: [] })).toMatchObject({
    exit: 8,
  });
  expect(b.world.effects()).toEqual(before);
});

test('an error that nobody thought of is exit 1; its stack is shown on demand only', async () => {
  const broken: Parts = {
    ...toyParts(b.world),
    connect: () => {
      throw new TypeError('boom');
    },
  };
  const { exit, stderr } = await b.pawl('check -i {inventory} --db {db}', {}, broken);
  expect(exit).toBe(1);
  expect(stderr).toMatch(/^pawl: boom\n/);
  expect(stderr).not.toMatch(/^ {4}at /m);
  expect((await b.pawl('check -i {inventory} --db {db} --verbose', {}, broken)).stderr).toMatch(/^ {4}at /m);
});

describe('status', () => {
  test('of a run at rest: why, and the one command to run next', async () => {
    b.world.spoil('convert/copy', 'blocked');
    await b.pawl(run);
    const { exit, document } = await fitting('status --db {db}');
    expect({ exit, ...document }).toMatchObject({
      exit: 0,
      outcome: 'paused',
      changed: true,
      run: RUN,
      phase: 'convert',
      step: 'copy',
      next: `pawl resume ${RUN} --db ${b.db}`,
      reason: { code: 'E_TOY_BLOCKED' },
      checkpoint: null,
    });
    expect((await b.pawl('status --db {db}')).stdout).toContain(`Next: pawl resume ${RUN}`);
  });

  test('--checkpoint shows it: state, seq, claim, definition', async () => {
    await b.pawl(`${run} --pause-before convert`);
    const { document } = await fitting(`status ${RUN} --checkpoint --db {db}`);
    expect(document['checkpoint']).toMatchObject({
      stateValue: { forward: { convert: { copy: 'paused' } } },
      seq: expect.any(Number),
      claim: expect.stringMatching(/^[0-9a-f]{32}$/),
      earlierClaims: 0,
      definitionHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect((await b.pawl(`status ${RUN} --checkpoint --db {db}`)).stdout).toContain('"copy":"paused"');
  });

  test('of a run that is over, named or not: nothing is left to do', async () => {
    await b.pawl(run);
    expect((await fitting('status --db {db}')).document).toMatchObject({ outcome: 'completed', next: null });
    expect((await b.pawl(`status ${RUN} --db {db}`)).stdout).toContain('Nothing is left to do.');
  });

  test('--follow of a run at rest ends at once', async () => {
    await b.pawl(run);
    expect(await b.pawl(`status ${RUN} --follow --db {db}`)).toMatchObject({ exit: 0 });
  });
});

describe('pause, runs, journal', () => {
  test('a run at rest has nothing to pause: exit 0, and no request is written', async () => {
    await b.pawl(`${run} --pause-before convert`);
    expect(await fitting('pause --db {db}')).toMatchObject({
      exit: 0,
      document: { outcome: 'already-at-rest', state: 'paused' },
    });
    expect(await b.pawl('resume --db {db}')).toMatchObject({ exit: 0 });
  });

  test('runs lists the newest first; without a database there are none', async () => {
    expect((await fitting('runs --db {db}')).document['runs']).toEqual([]);
    b.world.spoil('look/hosts', 'refused');
    await b.pawl(run);
    await b.pawl(run);
    expect((await fitting('runs --db {db}')).document['runs']).toMatchObject([
      { run: 'toy-20261124-2', state: 'refused' },
      { run: RUN },
    ]);
    expect((await b.pawl('runs --db {db}')).stdout).toMatch(/RUN .*\n toy|RUN/);
  });

  test('journal shows the rows, --after fewer of them, --verify that the chain is whole', async () => {
    await b.pawl(run);
    const { document } = await fitting(`journal ${RUN} --verify --db {db}`);
    const rows = document['rows'] as readonly { seq: number; kind: string }[];
    expect(document).toMatchObject({ outcome: 'verified', verification: { ok: true, rows: rows.length } });
    expect([rows[0]?.kind, rows.at(-1)?.kind]).toEqual(['created', 'ended']);
    const later = await fitting(`journal ${RUN} --after 3 --db {db}`);
    expect((later.document['rows'] as unknown[]).length).toBe(rows.length - 3);
    expect((await b.pawl(`journal ${RUN} --verify --db {db}`)).stdout).toContain(
      `The chain of ${rows.length} rows is whole.`,
    );
  });
});
