import { spawn, spawnSync } from 'node:child_process';
import { afterMarker } from '../src/after-marker';
import type { CommandResult } from '../src/host';
import { rootCommand } from '../src/root-command';
import { shells } from './shells';

const root = { name: 'm1', address: '192.0.2.1', port: 22, user: 'root', become: false };
const centos = { ...root, user: 'centos', become: true };

describe.each(shells)('under $shell', ({ shell }) => {
  test('what a login shell says first is dropped; output, status and environment are the command’s own', () => {
    const command = rootCommand(root, ['/bin/sh', '-c', 'printf %s "$A|$LC_ALL"; echo oops >&2; exit 7'], {
      env: { A: 'x y' },
      timeoutSeconds: 20,
    });
    const result = command.unwrap(
      run(shell, `printf 'motd without newline'; echo noise >&2; ${command.commandLine}`),
    );
    expect(text(result)).toEqual({ exit: 7, stdout: 'x y|C', stderr: 'oops\n' });
  });

  test('a shell that echoes its command line (set -x) is not taken for the command', () => {
    const command = rootCommand(root, ['echo', 'real']);
    const result = command.unwrap(run(shell, `set -x; ${command.commandLine}`));
    expect(text(result)).toEqual({ exit: 0, stdout: 'real\n', stderr: '' });
  });

  test('output that looks like a marker is output', () => {
    const command = rootCommand(root, ['echo', 'pawl-0-0']);
    expect(text(command.unwrap(run(shell, command.commandLine))).stdout).toBe('pawl-0-0\n');
  });
});

test('a command that runs too long is ended with all it started, exit 124, under each shell', async () => {
  const { commandLine } = rootCommand(root, ['/bin/sh', '-c', 'sleep 600 & sleep 600'], {
    timeoutSeconds: 1,
  });
  const ends = shells.map(async ({ shell: [program, ...words] }) => {
    const child = spawn(program, [...words, '-c', commandLine], { stdio: 'ignore' });
    return new Promise((resolve) => child.once('exit', resolve));
  });
  expect(await Promise.all(ends)).toEqual(shells.map(() => 124));
});

test('busybox has a timeout that takes the same words; its status after TERM is 143', () => {
  const words = /timeout (-k 5 1) /.exec(rootCommand(root, ['x'], { timeoutSeconds: 1 }).commandLine)?.[1];
  const limit = words?.split(' ') ?? [];
  expect(spawnSync('busybox', ['timeout', ...limit, 'sh', '-c', 'exit 7']).status).toBe(7);
  expect(
    spawnSync('/bin/sh', ['-c', 'busybox timeout "$@"; exit $?', 'sh', ...limit, 'sleep', '600']).status,
  ).toBe(143);
});

test('root needs no sudo, anyone else gets sudo -n', () => {
  expect(rootCommand(root, ['id']).commandLine).not.toContain('sudo');
  expect(rootCommand(centos, ['id']).commandLine).toMatch(
    /^exec env 'LC_ALL=C' sudo -n -- env 'LC_ALL=C' \/bin\/sh -c /,
  );
});

test.each([
  ['sudo: a password is required', 'E_SUDO', 'centos ALL=(root) NOPASSWD: ALL'],
  ['sudo: no tty present and no askpass program specified', 'E_SUDO', 'NOPASSWD'],
  ['sudo: sorry, you must have a tty to run sudo', 'E_REQUIRETTY', 'Defaults:centos !requiretty'],
  ['centos is not in the sudoers file.  This incident will be reported.', 'E_SUDO', 'NOPASSWD'],
  ["Sorry, user centos is not allowed to execute '/bin/env' as root on m1.", 'E_SUDO', 'NOPASSWD'],
  ['env: sudo: No such file or directory', 'E_SUDO', 'NOPASSWD'],
  ['This account is currently not available.', 'E_UNREACHABLE', 'login shell'],
])('never begun, %s: %s', (said, code, hint) => {
  const never = { exit: 1, stdout: Buffer.from('Welcome\n'), stderr: Buffer.from(`${said}\n`) };
  const refusal = caught(() => rootCommand(centos, ['id']).unwrap(never));
  expect(refusal).toMatchObject({ code, host: 'm1', facts: { began: false } });
  expect(refusal).toHaveProperty('hint', expect.stringContaining(hint));
});

test('a line longer than a host takes is refused before it is sent', () => {
  expect(caught(() => rootCommand(root, ['x'.repeat(131_072)]))).toMatchObject({
    code: 'E_QUOTE',
    host: 'm1',
  });
});

test('the marker is found however the stream is cut', () => {
  const stream = Buffer.from('hello M-A-R\nbin\0ary M-A-R\n');
  for (let size = 1; size <= stream.length; size += 1) {
    const strip = afterMarker('M-A-R');
    const parts = [];
    for (let at = 0; at < stream.length; at += size) parts.push(strip.take(stream.subarray(at, at + size)));
    expect(Buffer.concat(parts).toString()).toBe('bin\0ary M-A-R\n');
  }
});

function run(shell: readonly string[], script: string): CommandResult {
  const [program = 'sh', ...words] = shell;
  const { status, stdout, stderr } = spawnSync(program, [...words, '-c', script]);
  return { exit: status, stdout, stderr };
}

function text({ exit, stdout, stderr }: CommandResult): {
  exit: number | null;
  stdout: string;
  stderr: string;
} {
  return { exit, stdout: stdout.toString(), stderr: stderr.toString() };
}

function caught(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
