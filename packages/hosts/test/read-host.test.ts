import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReadHost } from '../src/host';
import { readingHost } from '../src/read-host';
import { sh } from '../src/sh';
import { sshTransport } from '../src/ssh';
import type { Transport } from '../src/transport';
import { isAlive, startSshd } from './ssh/sshd';
import type { Sshd } from './ssh/sshd';
import { until } from './until';

jest.setTimeout(30_000);

const opened: Transport[] = [];
/** A login shell that greets, complains and echoes the command line, as badly kept accounts do. */
const chatty = `printf 'Welcome to h1'; echo 'stty: not a terminal' >&2; set -x; eval "$SSH_ORIGINAL_COMMAND"`;
let quiet: Sshd;
let loud: Sshd;

beforeAll(async () => {
  [quiet, loud] = await Promise.all([startSshd(), startSshd({ config: [`ForceCommand ${chatty}`] })]);
});
afterAll(async () => {
  await Promise.all(opened.splice(0).map((transport) => transport.close()));
  await Promise.all([quiet.remove(), loud.remove()]);
});

describe.each(['quiet', 'loud'])('a %s login shell', (kind) => {
  let host: ReadHost;
  beforeAll(() => {
    host = open(kind === 'quiet' ? quiet : loud);
  });

  test('argv comes through as it is, output and status are the command’s own', async () => {
    const words = ['a b', "it's", '$HOME', '*', '', 'é\n', '`id`', '"'];
    const { exit, stdout, stderr } = await host.read([
      '/bin/sh',
      '-c',
      'printf "%s|" "$@"; echo err >&2; exit 3',
      'x',
      ...words,
    ]);
    expect({ exit, stdout: stdout.toString(), stderr: stderr.toString() }).toEqual({
      exit: 3,
      stdout: words.map((word) => `${word}|`).join(''),
      stderr: 'err\n',
    });
  });

  test('binary in by standard input and out again', async () => {
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => index % 256));
    const { stdout } = await host.read(['cat'], { stdin: bytes });
    expect(stdout.equals(bytes)).toBe(true);
  });

  test('a script: quoted values, -e and -u, the C locale, the environment asked for', async () => {
    const script = sh`printf '%s|' ${'a b'} "$LC_ALL" "$KEY"; false; echo never`;
    const { exit, stdout } = await host.readScript(script, { env: { KEY: "v'1" } });
    expect({ exit, stdout: stdout.toString() }).toEqual({ exit: 1, stdout: "a b|C|v'1|" });
    expect((await host.readScript(sh`echo "$UNSET_VARIABLE"`)).exit).not.toBe(0);
  });

  test('a stream: all of it, without what the shell said', async () => {
    const parts: Buffer[] = [];
    for await (const part of host.readStream(['seq', '200000'])) parts.push(part);
    const numbers = Buffer.concat(parts).toString().split('\n');
    expect([numbers.length, numbers[0], numbers.at(-2)]).toEqual([200_001, '1', '200000']);
  });
});

test('a command that hangs is ended on the host with all it started, also where it ignores TERM', async () => {
  const firsts = [sh`:`, sh`trap '' TERM`];
  const hung = firsts.map(async (first, index) => {
    const file = join(quiet.dir, `pids-${index}`);
    const script = sh.lines(first, sh`sleep 600 & echo $$ $! >${[file]}`, sh`while :; do wait; done`);
    await expect(open(quiet).readScript(script, { timeoutMs: 700 })).rejects.toMatchObject({
      code: 'E_TIMEOUT',
      host: 'h1',
      facts: { began: true, endedOnHost: true, timeoutMs: 700 },
    });
    const pids = readFileSync(file, 'utf8').trim().split(' ').map(Number);
    expect(pids.filter(Number.isInteger)).toHaveLength(2);
    await until('both are gone', () => !pids.some(isAlive));
  });
  await Promise.all(hung);
});

test('a command that is ended by a signal says so: no shell on the way makes a status of it', async () => {
  const ended = await open(quiet).read(['/bin/sh', '-c', 'kill -TERM $$']);
  expect(ended).toMatchObject({ exit: null, signal: 'SIGTERM' });
});

test('a command that exits 124 by itself, in time, is a result', async () => {
  expect((await open(quiet).read(['/bin/sh', '-c', 'exit 124'])).exit).toBe(124);
});

test('more than maxBytes is refused, exactly that much is not', async () => {
  const host = open(quiet);
  const zeros = ['head', '-c', '5000', '/dev/zero'];
  expect((await host.read(zeros, { maxBytes: 5000 })).stdout).toHaveLength(5000);
  await expect(host.read(zeros, { maxBytes: 4999 })).rejects.toMatchObject({ code: 'E_OUTPUT_TOO_LARGE' });
});

test('a stream that fails: what was printed comes first, then the error with what it said', async () => {
  const parts: string[] = [];
  const reading = (async () => {
    for await (const part of open(quiet).readStream(['/bin/sh', '-c', 'echo some; echo why >&2; exit 4']))
      parts.push(part.toString());
  })();
  await expect(reading).rejects.toMatchObject({ code: 'E_COMMAND', facts: { how: 'with 4', said: 'why' } });
  expect(parts.join('')).toBe('some\n');
});

test('a stream that is left early ends its command', async () => {
  const host = open(quiet);
  const pids: number[] = [];
  for await (const part of host.readStream(['/bin/sh', '-c', 'echo $$; exec cat /dev/zero'])) {
    pids.push(Number.parseInt(part.toString(), 10));
    break;
  }
  await until('the command has ended', () => pids.length === 1 && !pids.some(isAlive));
  expect((await host.read(['true'])).exit).toBe(0);
});

// These run the real sudo, as a user without rights and with a sudoers file of the test's own: only root can set that up.
const asRoot = process.getuid?.() === 0 ? describe : describe.skip;
asRoot('by sudo', () => {
  let sshd: Sshd;
  let host: ReadHost;

  beforeAll(async () => {
    sshd = await startSshd({ config: ['ForceCommand "$HOME/as-nobody"'] });
    chmodSync(sshd.dir, 0o755);
    const sudoers = join(sshd.dir, 'sudoers');
    const login = `unshare -m /bin/sh -c 'mount --bind ${sudoers} /etc/sudoers && exec setpriv --reuid nobody --regid nogroup --clear-groups /bin/sh -c "$SSH_ORIGINAL_COMMAND"'`;
    writeFileSync(join(sshd.dir, 'as-nobody'), `#!/bin/sh\nexec ${login}\n`, { mode: 0o755 });
    const transport = sshTransport(sshd.entry, { knownHosts: [sshd.knownHosts] });
    opened.push(transport);
    host = readingHost({ ...sshd.entry, user: 'nobody', become: true }, transport);
  });
  afterAll(() => sshd.remove());

  test('allowed without a password: root, and nothing else about it shows', async () => {
    allow(sshd, 'nobody ALL=(root) NOPASSWD: ALL');
    const { exit, stdout } = await host.readScript(sh`id -u; printf '%s ' "$LC_ALL" "$KEY"; cat`, {
      stdin: 'in',
      env: { KEY: 'v' },
    });
    expect({ exit, stdout: stdout.toString() }).toEqual({ exit: 0, stdout: '0\nC v in' });
  });

  test('a command that hangs is ended as root, too', async () => {
    allow(sshd, 'nobody ALL=(root) NOPASSWD: ALL');
    const pids: number[] = [];
    const reading = (async () => {
      const stream = host.readStream(['/bin/sh', '-c', 'echo $$; exec sleep 600'], { timeoutMs: 700 });
      for await (const part of stream) pids.push(Number.parseInt(part.toString(), 10));
    })();
    await expect(reading).rejects.toMatchObject({ code: 'E_TIMEOUT', facts: { endedOnHost: true } });
    expect([pids.length, ...pids.map(isAlive)]).toEqual([1, false]);
  });

  test.each([
    ['asks for a password', 'nobody ALL=(root) ALL', 'E_SUDO', 'nobody ALL=(root) NOPASSWD: ALL'],
    ['doesn’t know the user', '', 'E_SUDO', 'nobody ALL=(root) NOPASSWD: ALL'],
    [
      'wants a terminal',
      'Defaults requiretty\nnobody ALL=(root) NOPASSWD: ALL',
      'E_REQUIRETTY',
      'Defaults:nobody !requiretty',
    ],
  ])('sudo %s: refused with the line that mends it', async (_, rules, code, line) => {
    allow(sshd, rules);
    const refusal: unknown = await host.read(['true']).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code, host: 'h1', facts: { began: false } });
    expect(refusal).toHaveProperty('hint', expect.stringContaining(line));
    if (code === 'E_SUDO') return;
    allow(sshd, `${rules}\n${line}`);
    expect((await host.read(['true'])).exit).toBe(0);
  });
});

/** sudo takes no file that others may write. */
function allow({ dir }: Sshd, rules: string): void {
  writeFileSync(join(dir, 'sudoers'), `root ALL=(ALL) ALL\n${rules}\n`, { mode: 0o440 });
}

function open(sshd: Sshd): ReadHost {
  const transport = sshTransport(sshd.entry, { knownHosts: [sshd.knownHosts] });
  opened.push(transport);
  return readingHost(sshd.entry, transport);
}
