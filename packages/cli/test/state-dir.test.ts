import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePrivateDir, placeOf } from '../src/state-dir';

const cwd = '/home/op';

test('root keeps its runs in /var/lib', () => {
  expect(placeOf({ uid: 0, cwd, env: { XDG_STATE_HOME: '/x' } }, undefined)).toEqual({
    database: '/var/lib/pawl/controller/pawl.db',
    runs: '/var/lib/pawl/controller/runs',
    given: false,
  });
});

test('others keep them in XDG_STATE_HOME, where it is absolute, else in ~/.local/state', () => {
  expect(placeOf({ uid: 1000, cwd, env: { XDG_STATE_HOME: '/x', HOME: '/h' } }, undefined).database).toBe(
    '/x/pawl/pawl.db',
  );
  expect(placeOf({ uid: 1000, cwd, env: { XDG_STATE_HOME: 'x', HOME: '/h' } }, undefined).database).toBe(
    '/h/.local/state/pawl/pawl.db',
  );
  expect(placeOf({ uid: 1000, cwd, env: { HOME: '/h' } }, undefined).database).toBe(
    '/h/.local/state/pawl/pawl.db',
  );
});

test('--db wins, and what belongs to the runs lies beside it', () => {
  expect(placeOf({ uid: 0, cwd, env: {} }, 'a/my.db')).toEqual({
    database: '/home/op/a/my.db',
    runs: '/home/op/a/runs',
    given: true,
  });
});

test('directories are made for their owner alone; one in the way is E_STATE_DIR', () => {
  const root = mkdtempSync(join(tmpdir(), 'pawl-state-'));
  try {
    makePrivateDir(join(root, 'a', 'b'));
    expect(statSync(join(root, 'a', 'b')).mode & 0o777).toBe(0o700);
    expect(statSync(join(root, 'a')).mode & 0o777).toBe(0o700);
    writeFileSync(join(root, 'file'), '');
    expect(() => makePrivateDir(join(root, 'file', 'x'))).toThrow(
      expect.objectContaining({ code: 'E_STATE_DIR' }),
    );
  } finally {
    rmSync(root, { recursive: true });
  }
});
