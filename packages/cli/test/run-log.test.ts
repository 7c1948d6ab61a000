import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRunLog } from '../src/run-log';

const canary = 'canary-7f3e9a41d0c2';
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'pawl-log-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const lines = (file: string): readonly Record<string, unknown>[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('a line is an object with level, message, time and fields; all are there when close returns', async () => {
  const log = openRunLog(join(folder, 'run'), () => undefined);
  for (let n = 0; n < 2000; n += 1) log.log('info', 'line', { n });
  await log.close();
  const written = lines(log.file);
  expect(written).toHaveLength(2000);
  expect(written.at(-1)).toMatchObject({
    level: 'info',
    message: 'line',
    n: 1999,
    timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
  });
  expect(statSync(log.file).mode & 0o777).toBe(0o600);
});

test('what is said after the end is nobody’s fault, and nobody’s news', async () => {
  const log = openRunLog(folder, () => undefined);
  log.log('info', 'line');
  const closing = log.close();
  expect(() => log.log('info', 'late')).not.toThrow();
  await closing;
  expect(lines(log.file)).toHaveLength(1);
});

test('no canary in messages, fields, names of fields or nested values reaches the file', async () => {
  const log = openRunLog(folder, () => undefined);
  const key = `/openshift.io/oauth/accesstokens/${canary}`;
  log.log('info', `reading ${key}`, {
    password: canary,
    [key]: 1,
    data: { facts: { token: canary, list: [{ key }] } },
  });
  log.log('error', `Authorization: Bearer ${canary}`, {
    stack: `at ${key}\n-----BEGIN PRIVATE KEY-----\n${canary}`,
  });
  await log.close();
  expect(readFileSync(log.file, 'utf8')).not.toContain(canary);
  expect(lines(log.file)[0]?.['message']).toMatch(/accesstokens\/#[0-9a-f]{12}$/);
});

test('a later session appends', async () => {
  for (const message of ['one', 'two']) {
    const log = openRunLog(folder, () => undefined);
    log.log('info', message);
    await log.close();
  }
  expect(lines(join(folder, 'log.ndjson')).map((line) => line['message'])).toEqual(['one', 'two']);
});

test('a log that cannot be written is told once and ends nothing', async () => {
  const { mkdirSync } = await import('node:fs');
  mkdirSync(join(folder, 'log.ndjson'));
  const faults: string[] = [];
  const log = openRunLog(folder, (error) => faults.push(error.message));
  log.log('info', 'one');
  log.log('info', 'two');
  await log.close();
  expect(faults).toEqual([expect.stringContaining('EISDIR')]);
});

const asRoot = process.getuid?.() === 0 ? describe : describe.skip;

asRoot('on a disk of its own', () => {
  afterEach(() => void execFileSync('umount', [folder]));

  /** Logs more than the disk holds, also long after it is full; how often that was told. */
  async function overfull(): Promise<readonly string[]> {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=0700', 'pawl-test', folder]);
    const told: string[] = [];
    const log = openRunLog(join(folder, 'run'), (error) => told.push(error.message));
    for (let n = 0; n < 50; n += 1) {
      log.log('info', 'x'.repeat(4096));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await log.close();
    return told;
  }

  test('a full disk is told once, ends nothing, and the log closes', async () => {
    expect(await overfull()).toEqual([expect.stringContaining('ENOSPC')]);
  });
});
