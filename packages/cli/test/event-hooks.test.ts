import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createContext } from '../src/context';
import { eventHooks, type EventHooks } from '../src/event-hooks';
import { startHook } from '../src/event-hook';
import type { JournalKind, JournalRow, JsonObject } from '@pawl/engine';
import { processIo } from 'pawl';
import { schemaFaults } from './schemas';
import { children, type Children } from './toy/child';
import { toyCliMachine } from './toy/cli-machine';
import { ACCEPT, bench, type Bench } from './toy/harness';
import { CANARY } from './toy/machine';
import { toyParts } from './toy/parts';

jest.setTimeout(60_000);

let b: Bench;
let kids: Children;
beforeEach(() => {
  b = bench();
  kids = children();
});
afterEach(() => {
  kids.clear();
  b.clear();
});

type Told = JsonObject & { readonly seq: number };

const told = (): readonly Told[] =>
  readFileSync(join(b.folder, 'told'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Told)
    .sort((x, y) => x.seq - y.seq);

/** `pawl` with the bench's files and `command` for its hook. */
async function pawl(verb: string, command: string): Promise<{ exit: number; said: string }> {
  const flags = verb === 'run' ? ['-i', b.inventory, ...ACCEPT.split(' ')] : [];
  const child = kids.start(b, verb, '--db', b.db, ...flags, '--on-event', command);
  const { exit } = await child.ended;
  return { exit: exit ?? -1, said: child.said() };
}

const intoFile = (): string => `cat >> '${join(b.folder, 'told')}'`;

test('each phase and the end are told, in documents that fit their schema', async () => {
  expect((await pawl('run', intoFile())).exit).toBe(0);
  expect(told().flatMap(schemaFaults)).toEqual([]);
  expect(told().map(({ event, phase, state }) => [event, phase, state])).toEqual([
    ['phase', 'look', 'running'],
    ['phase', 'stop', 'running'],
    ['phase', 'convert', 'running'],
    ['phase', 'start', 'running'],
    ['end', 'completed', 'completed'],
  ]);
  expect(told().at(-1)).toMatchObject({ step: null, reason: null, outageSeconds: expect.any(Number) });
});

test.each([
  ['blocked', 'failure', 'paused', 'E_TOY_BLOCKED', 4],
  ['doubt', 'failure', 'in-doubt', 'E_TOY_DOUBT', 5],
  ['fenced', 'failure', 'elsewhere', 'E_FENCED', 7],
] as const)('a step that is %s is told as a %s, with the reason', async (how, event, state, code, exit) => {
  b.world.spoil('convert/copy', how);
  expect((await pawl('run', intoFile())).exit).toBe(exit);
  expect(told().flatMap(schemaFaults)).toEqual([]);
  expect(told().at(-1)).toMatchObject({ event, state, phase: 'convert', reason: { code } });
});

test('the way back is told as well', async () => {
  await b.pawl(`run -i {inventory} --db {db} ${ACCEPT} --pause-before convert`, { now: () => new Date() });
  const child = kids.start(b, 'rollback', '--db', b.db, '--yes', '--on-event', intoFile());
  expect(await child.ended).toMatchObject({ exit: 0 });
  expect(told().map(({ event, phase }) => [event, phase])).toEqual([
    ['phase', 'put-back'],
    ['phase', 'start-again'],
    ['end', 'rolled-back'],
  ]);
});

test('a pause is told as one, once', async () => {
  const child = kids.start(
    b,
    ...['run', '-i', b.inventory, '--db', b.db, ...ACCEPT.split(' ')],
    ...['--pause-before', 'convert', '--on-event', intoFile()],
  );
  expect(await child.ended).toMatchObject({ exit: 4 });
  expect(told().filter(({ event }) => event !== 'phase')).toMatchObject([
    { event: 'pause', state: 'paused', phase: 'convert', step: 'copy', reason: { code: 'E_PAUSED' } },
  ]);
});

test.each([
  ['fails', 'echo no pager >&2; exit 3', 'it ended with 3: no pager'],
  ['is not there', '/nowhere/tell', 'it ended with 127'],
  ['kills itself', 'kill -9 $$', 'it ended with SIGKILL'],
])('a hook that %s is a warning, in the log too; the run completes', async (_, command, warning) => {
  const { exit, said } = await pawl('run', command);
  expect(exit).toBe(0);
  expect(said).toContain(`The hook of --on-event went wrong at end of completed: ${warning}`);
  expect(b.world.effects()).toEqual(['stop-units master1', 'copy etcd1', 'turn', 'start-units master1']);
  const run = /toy-\d{8}-1/.exec(said)?.[0] ?? '';
  expect(readFileSync(join(b.folder, 'runs', run, 'log.ndjson'), 'utf8')).toContain(warning);
});

test('a hook that does not read its input, and leaves a child behind that holds its output, delays nothing', async () => {
  const { exit, said } = await pawl('run', `sleep 3600 & echo $! >> '${join(b.folder, 'pids')}'`);
  expect({ exit, said }).toMatchObject({ exit: 0, said: expect.not.stringContaining('went wrong') });
  for (const pid of readFileSync(join(b.folder, 'pids'), 'utf8').trim().split('\n'))
    process.kill(Number(pid), 'SIGKILL');
});

test('a second signal waits for no hook, and leaves none behind', async () => {
  b.world.hold('convert/copy');
  const child = kids.start(
    b,
    ...['run', '-i', b.inventory, '--db', b.db, '--verbose', ...ACCEPT.split(' ')],
    ...['--on-event', `echo $$ >> '${join(b.folder, 'pids')}'; sleep 3600`],
  );
  await child.until('begins  convert/copy on etcd1');
  child.process.kill('SIGINT');
  await child.until('Once more to leave at once');
  child.process.kill('SIGINT');
  expect({ ...(await child.ended), said: child.said() }).toMatchObject({ exit: 4, signal: null });
  const pids = readFileSync(join(b.folder, 'pids'), 'utf8').trim().split('\n');
  await Promise.all(pids.map(gone));
});

/** Returns when no such process runs any more. */
async function gone(pid: string): Promise<void> {
  while (runs(pid)) await sleep(20);
}

function runs(pid: string): boolean {
  try {
    return !/ [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

test('its time is limited: it is ended with all it has started', async () => {
  const pid = join(b.folder, 'pid');
  const hook = startHook({
    command: `sleep 3600 & echo $! > '${pid}'; wait`,
    document: {},
    io: processIo(),
    limitMs: 1500,
  });
  expect(await hook.ended).toBe('it had not ended after 1.5 s, and was ended');
  const left = readFileSync(pid, 'utf8').trim();
  await gone(left);
});

test('one that can’t even be started is a warning, not the end of the run', async () => {
  const warnings: string[] = [];
  // Longer than the kernel takes for an argument.
  const hooks = hooksWith(`: ${'x'.repeat(300_000)}`, (text) => warnings.push(text));
  hooks.on(row('entered', { phase: 'a' }));
  await hooks.settle();
  expect(warnings).toEqual([expect.stringMatching(/at phase of a: it could not be started: .*E2BIG/)]);
});

test('what it is told is redacted', async () => {
  writeFileSync(join(b.folder, 'told'), '');
  const hooks = hooksWith(intoFile(), (text) => expect(text).toBe(''));
  const key = `/openshift.io/oauth/accesstokens/${CANARY}`;
  hooks.on(
    row('paused', { step: 'a/b', reason: { code: 'E_X', message: `stuck at ${key}`, facts: { key } } }),
  );
  hooks.on(row('intent', { step: 'a/b' }));
  await hooks.settle();
  expect(told()).toHaveLength(1);
  expect(readFileSync(join(b.folder, 'told'), 'utf8')).not.toContain(CANARY);
  expect(readFileSync(join(b.folder, 'told'), 'utf8')).toMatch(/accesstokens\/#[0-9a-f]{12}/);
});

function row(kind: JournalKind, data: JsonObject): JournalRow {
  return { run: 'toy-1', seq: 7, at: '2026-11-24T10:00:00.000Z', kind, data, prev: '', hash: '' };
}

function hooksWith(command: string, warn: (text: string) => void): EventHooks {
  const out = { write: () => undefined, flush: async () => undefined, columns: 80, colours: {} as never };
  const context = createContext(processIo(), { stdout: out, stderr: out }, toyParts(b.world), {});
  return eventHooks(context, {
    ...{ run: 'toy-1', machine: toyCliMachine(b.world), rows: [], command, warn },
  });
}
