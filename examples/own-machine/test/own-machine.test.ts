import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkMachine } from '@pawl/engine';
import { payroll } from '../machine';
import { pay, takeBack } from '../pay';
import { CHOICES } from './choices';

const BUILT = join(__dirname, '../../../build/test/examples/own-machine');

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true });
});

const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'pawl-example-'));
  made.push(folder);
  return folder;
};

/** What happened in the world, by kind: counted outside the engine. */
function counts(folder: string): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const line of readFileSync(join(folder, 'bank.log'), 'utf8').trimEnd().split('\n')) {
    const [kind = ''] = line.split(' ');
    found[kind] = (found[kind] ?? 0) + 1;
  }
  return found;
}

interface Ended {
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

function node(script: string, ...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(BUILT, script), ...args], (error, stdout, stderr) => {
      resolve({ signal: error?.signal ?? null, stdout, stderr });
    });
  });
}

test('no state of it is a dead end, and the transfer has one edge', () => {
  expect(checkMachine(payroll).faults).toEqual([]);
});

test('pays once; asked again it changes nothing', async () => {
  const folder = newFolder();
  expect(await pay(folder, CHOICES)).toMatchObject({ outcome: 'completed', changed: true });
  expect(await pay(folder, CHOICES)).toMatchObject({ outcome: 'completed', changed: false });
  expect(counts(folder)).toEqual({ reserve: 1, transfer: 1, slip: 3 });
});

test('killed by SIGKILL at each boundary of the transfer and resumed: the bank has it once', async () => {
  const passed = new Set<string>();
  await pay(newFolder(), CHOICES, { faultPoint: (name) => void passed.add(name) });
  const boundaries = [...passed].filter((name) => name.startsWith('payroll/pay/transfer@'));
  expect(boundaries.length).toBeGreaterThan(7);
  const killedAt = async (boundary: string): Promise<void> => {
    const folder = newFolder();
    const killed = await node('test/fixtures/killed-at.js', folder, boundary);
    expect({ boundary, signal: killed.signal }).toEqual({ boundary, signal: 'SIGKILL' });
    const { stdout, stderr } = await node('main.js', folder);
    expect({ boundary, stderr }).toEqual({ boundary, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'completed', changed: true });
    expect({ boundary, ...counts(folder) }).toEqual({ boundary, reserve: 1, transfer: 1, slip: 3 });
  };
  // Two at a time: each is a process of its own.
  while (boundaries.length > 0) await Promise.all(boundaries.splice(0, 2).map(killedAt));
});

test('an idempotent step may be done again, after a crash between its effect and its outcome', async () => {
  const folder = newFolder();
  await node('test/fixtures/killed-at.js', folder, 'payroll/pay/reserve@-/outcome:before-commit');
  expect(await pay(folder, CHOICES)).toMatchObject({ outcome: 'completed' });
  expect(counts(folder)).toEqual({ reserve: 2, transfer: 1, slip: 3 });
});

test('before the transfer there is a way back, after it there is none', async () => {
  const folder = newFolder();
  const killed = await node(
    'test/fixtures/killed-at.js',
    folder,
    'payroll/pay/reserve@-/outcome:after-commit',
  );
  expect(killed.signal).toBe('SIGKILL');
  expect(await takeBack(folder, CHOICES.month)).toMatchObject({ outcome: 'rolled-back' });
  expect(counts(folder)).toEqual({ reserve: 1, release: 1 });

  const paid = newFolder();
  await pay(paid, CHOICES);
  await expect(takeBack(paid, CHOICES.month)).rejects.toMatchObject({ code: 'E_NO_WAY_BACK' });
});

test('too little on the account is refused: nothing was changed, and there is no way to pay twice', async () => {
  const choices = { ...CHOICES, salaries: { anna: 99_999_999 } };
  expect(await pay(newFolder(), choices)).toMatchObject({
    ...{ outcome: 'refused', changed: false },
    reason: { code: 'E_FUNDS', message: '89999999 cents are missing' },
  });
});
