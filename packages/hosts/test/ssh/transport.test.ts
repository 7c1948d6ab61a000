import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { sshTransport } from '../../src/ssh';
import type { SshOptions } from '../../src/ssh';
import type { Transport, TransportOptions } from '../../src/transport';
import { until } from '../until';
import { endProcess, isAlive, isStopped, startSshd } from './sshd';
import type { Sshd } from './sshd';

jest.setTimeout(30_000);

const plain: TransportOptions = { maxBytes: 64 * 1024 * 1024 };
let sshd: Sshd;
const opened: Transport[] = [];

beforeAll(async () => {
  sshd = await startSshd();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((transport) => transport.close()));
});
afterAll(() => sshd.remove());

test('a command: output, errors, exit status, over one kept connection', async () => {
  const transport = open();
  const result = await transport.run('echo out; echo err >&2; exit 3', plain);
  expect(result).toEqual({ exit: 3, stdout: Buffer.from('out\n'), stderr: Buffer.from('err\n') });
  await transport.run('true', plain);
  expect(sshd.connections()).toHaveLength(1);
});

test('a command ended by a signal has no exit status', async () => {
  expect(await open().run('kill -TERM $$', plain)).toMatchObject({ exit: null, signal: 'SIGTERM' });
});

test('bytes go in and come out as they are', async () => {
  const every = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  const stdin = Buffer.concat(Array.from({ length: 4096 }, () => every));
  const { stdout, stderr } = await open().run('tee /dev/stderr', { ...plain, stdin });
  expect(stdout.equals(stdin)).toBe(true);
  expect(stderr.equals(stdin)).toBe(true);
});

test('10 MB come whole', async () => {
  const { stdout } = await open().run('head -c 10000000 /dev/zero | tr "\\0" x', plain);
  expect(createHash('sha256').update(stdout).digest('hex')).toBe(
    createHash('sha256').update(Buffer.alloc(10_000_000, 'x')).digest('hex'),
  );
});

test.each(['stdout', 'stderr'])(
  'more than maxBytes on %s is refused, and the connection goes on',
  async (stream) => {
    const transport = open();
    const endless = transport.run(`exec cat /dev/zero >/dev/${stream}`, { maxBytes: 1_000_000 });
    await expect(endless).rejects.toMatchObject({ code: 'E_OUTPUT_TOO_LARGE', facts: { stream } });
    expect((await transport.run('echo on', plain)).stdout.toString()).toBe('on\n');
    expect(sshd.connections()).toHaveLength(1);
  },
);

test('twenty at once: eight at a time, all come through, in a session of ten', async () => {
  const transport = open();
  const here = `${sshd.dir}/here`;
  mkdirSync(here);
  // Each waits until eight are here together, and says how many it saw.
  const script = `: >"$0/$1"; until [ -e "$0.full" ] || [ $(ls "$0" | wc -l) -ge 8 ]; do sleep 0.02; done; : >"$0.full"; ls "$0" | wc -l; cat; rm "$0/$1"`;
  const runs = Array.from({ length: 20 }, async (_, index) => {
    const stdin = 'x'.repeat(100_000);
    const { stdout } = await transport.run(`sh -c '${script}' ${here} ${index}`, { ...plain, stdin });
    const [seen, copy] = stdout.toString().split('\n');
    expect(copy).toBe(stdin);
    return Number(seen);
  });
  expect(Math.max(...(await Promise.all(runs)))).toBe(8);
});

test('a connection cut in mid-command: it may have begun, it is not sent again, and the next command gets through', async () => {
  const transport = open();
  const marks = `${sshd.dir}/marks`;
  const cut = transport.run(`echo begun >>${marks}; cat ${marks}; exec sleep 600`, {
    ...plain,
    onStdout: cutOff,
  });
  await expect(cut).rejects.toMatchObject({ code: 'E_UNREACHABLE', host: 'h1', facts: { began: true } });
  expect((await transport.run(`cat ${marks}`, plain)).stdout.toString()).toBe('begun\n');
});

test('all commands on a connection that is cut are told', async () => {
  const transport = open();
  const others = Array.from({ length: 3 }, () =>
    expect(transport.run('sleep 600', plain)).rejects.toMatchObject({ facts: { began: true } }),
  );
  const cut = transport.run('echo begun; exec sleep 600', { ...plain, onStdout: cutOff });
  await expect(cut).rejects.toMatchObject({ code: 'E_UNREACHABLE' });
  await Promise.all(others);
});

test('an exit status without the end of the output is no result', async () => {
  const transport = open();
  // The window is full while nobody reads: the shell's exit status may be here long before its child's output.
  const cut = transport.run('cat /dev/zero & echo begun', {
    ...plain,
    onStdout: async () => {
      cutOff();
      await until('the connection is gone', () => sshd.connections().length === 0);
    },
  });
  await expect(cut).rejects.toMatchObject({ code: 'E_UNREACHABLE', facts: { began: true } });
});

test('a server that went away and came back: refused meanwhile, then a new connection', async () => {
  const transport = open();
  await transport.run('true', plain);
  await sshd.stop();
  await until('the loss is noticed', async () => {
    const error = await transport.run('true', plain).then(String, (it: unknown) => it);
    expect(error).toMatchObject({ code: 'E_UNREACHABLE' });
    return String(error).includes('ECONNREFUSED');
  });
  await sshd.start();
  expect((await transport.run('echo back', plain)).stdout.toString()).toBe('back\n');
});

test('the signal ends the wait; the command goes on there', async () => {
  const transport = open();
  const stop = new AbortController();
  const waits = transport.run('echo $$; exec sleep 600', {
    ...plain,
    signal: stop.signal,
    onStdout: (pid) => {
      end.push(Number(pid));
    },
  });
  const end: number[] = [];
  await until('the command has begun', () => end.length > 0);
  stop.abort();
  await expect(waits).rejects.toMatchObject({ code: 'E_ABORTED', facts: { began: true } });
  expect((await transport.run('echo on', plain)).stdout.toString()).toBe('on\n');
  expect(sshd.connections()).toHaveLength(1);
  expect(end.map(isAlive)).toEqual([true]);
  end.forEach(endProcess);
});

test('ten commands given up here still hold their sessions there, and the next one has room', async () => {
  const transport = open();
  const pids: number[] = [];
  for (let count = 0; count < 10; count += 1) {
    const stop = new AbortController();
    const left = transport.run('echo $$; exec sleep 600', {
      ...plain,
      signal: stop.signal,
      onStdout: (pid) => {
        pids.push(Number(pid));
        stop.abort();
      },
    });
    await expect(left).rejects.toMatchObject({ code: 'E_ABORTED' });
  }
  expect((await transport.run('echo on', plain)).stdout.toString()).toBe('on\n');
  pids.forEach(endProcess);
});

test('a command that waits for its turn can be given up, and had not begun', async () => {
  const transport = open();
  const pids: number[] = [];
  const busy = Array.from({ length: 8 }, () =>
    transport.run('echo $$; exec sleep 600', {
      ...plain,
      onStdout: (pid) => {
        pids.push(Number(pid));
      },
    }),
  );
  await until('eight run', () => pids.length === 8);
  const stop = new AbortController();
  const ninth = transport.run('true', { ...plain, signal: stop.signal });
  stop.abort();
  await expect(ninth).rejects.toMatchObject({ code: 'E_ABORTED', facts: { began: false } });
  pids.forEach(endProcess);
  await Promise.all(busy);
});

test('a receiver that is busy holds the command up', async () => {
  let got = 0;
  let most = 0;
  let inside = 0;
  await open().run('head -c 8000000 /dev/zero', {
    ...plain,
    onStdout: async (chunk) => {
      most = Math.max(most, (inside += 1));
      await new Promise<void>((resolve) => setImmediate(resolve));
      got += chunk.length;
      inside -= 1;
    },
  });
  expect({ got, most }).toEqual({ got: 8_000_000, most: 1 });
});

test('a receiver that doesn’t take it stops the command, while another one gets three times as much', async () => {
  const transport = open();
  const done = `${sshd.dir}/done`;
  const held: { letGo?: () => void } = {};
  const holding = transport.run(`head -c 12000000 /dev/zero; : >${done}`, {
    ...plain,
    onStdout: () => (held.letGo === undefined ? new Promise((resolve) => (held.letGo = resolve)) : undefined),
  });
  await until('the first part is here', () => held.letGo);
  await transport.run('head -c 36000000 /dev/zero', plain);
  expect(existsSync(done)).toBe(false);
  held.letGo?.();
  await holding;
  expect(existsSync(done)).toBe(true);
});

test('a receiver that fails fails the command', async () => {
  const transport = open();
  const failing = transport.run('exec cat /dev/zero', {
    ...plain,
    onStdout: () => Promise.reject(new Error('disk full')),
  });
  await expect(failing).rejects.toThrow('disk full');
});

test('closed: running and waiting commands are told, and no more are taken', async () => {
  const transport = open();
  const pids: number[] = [];
  const runs = Array.from({ length: 9 }, () =>
    transport.run('echo $$; exec sleep 600', {
      ...plain,
      onStdout: (pid) => {
        pids.push(Number(pid));
      },
    }),
  );
  const told = Promise.all(runs.map((run) => run.catch((error: unknown) => error)));
  await until('eight run', () => pids.length === 8);
  await transport.close();
  expect(await told).toEqual([
    ...Array<unknown>(8).fill(expect.objectContaining({ code: 'E_UNREACHABLE', facts: { began: true } })),
    expect.objectContaining({ code: 'E_UNREACHABLE', facts: { began: false } }),
  ]);
  await expect(transport.run('true', plain)).rejects.toMatchObject({
    code: 'E_UNREACHABLE',
    facts: { began: false },
  });
  pids.forEach(endProcess);
});

test('a host that falls silent in mid-command is found lost by keepalive', async () => {
  const transport = open({ keepaliveMs: 100 });
  const silent = transport.run('echo begun; exec sleep 600', { ...plain, onStdout: fallSilent });
  await expect(silent).rejects.toMatchObject({ code: 'E_UNREACHABLE', facts: { began: true } });
  cutOff();
});

test('closing doesn’t wait for a host that has fallen silent', async () => {
  const transport = open();
  const silent = transport.run('echo begun; exec sleep 600', { ...plain, onStdout: fallSilent });
  const told = expect(silent).rejects.toMatchObject({ code: 'E_UNREACHABLE', facts: { began: true } });
  await until('it has begun', () => sshd.connections().some(isStopped));
  await transport.close();
  await told;
  cutOff();
});

test.each([
  [2, 6],
  [1, 3],
])('a host that allows no more than %i at a time: %i commands come through', async (sessions, count) => {
  await withSshd([`MaxSessions ${sessions}`], async (transport) => {
    const runs = Array.from({ length: count }, () => transport.run('cat', { ...plain, stdin: 'x' }));
    expect((await Promise.all(runs)).map(({ exit }) => exit)).toEqual(Array(count).fill(0));
  });
});

test('a host that allows no session at all is no use, and nothing has begun', async () => {
  await withSshd(['MaxSessions 0'], async (transport) => {
    await expect(transport.run('true', plain)).rejects.toMatchObject({
      code: 'E_UNREACHABLE',
      facts: { began: false },
      message: expect.stringContaining('MaxSessions') as unknown,
    });
  });
});

test('once closed, nothing keeps the process alive', () => {
  const program = `
    const { sshTransport } = require(process.argv[1]);
    const [entry, knownHosts] = process.argv.slice(2).map((it) => JSON.parse(it));
    const transport = sshTransport(entry, { knownHosts });
    transport.run('echo done', { maxBytes: 100 }).then(({ stdout }) => {
      process.stdout.write(stdout);
      return transport.close();
    });`;
  const compiled = join(__dirname, '../../dist/ssh');
  const words = [compiled, ...[sshd.entry, [sshd.knownHosts]].map((it) => JSON.stringify(it))];
  // Without an exit of its own the program ends when nothing is left to wait for.
  const { status, stdout } = spawnSync(process.execPath, ['-e', program, ...words], {
    timeout: 15_000,
    encoding: 'utf8',
  });
  expect({ status, stdout }).toEqual({ status: 0, stdout: 'done\n' });
});

test('nothing is opened before the first command', async () => {
  const before = sshd.log().length;
  await open().close();
  expect(sshd.log().slice(before)).not.toContain('Connection from');
});

test('nobody listens there: unreachable, never begun', async () => {
  const transport = open({}, { port: 1 });
  await expect(transport.run('true', plain)).rejects.toMatchObject({
    code: 'E_UNREACHABLE',
    host: 'h1',
    facts: { began: false },
  });
});

function open(options: SshOptions = {}, entry: Partial<Sshd['entry']> = {}): Transport {
  const transport = sshTransport({ ...sshd.entry, ...entry }, { knownHosts: [sshd.knownHosts], ...options });
  opened.push(transport);
  return transport;
}

async function withSshd(
  config: readonly string[],
  use: (transport: Transport) => Promise<void>,
): Promise<void> {
  const server = await startSshd({ config });
  const transport = sshTransport(server.entry, { knownHosts: [server.knownHosts] });
  try {
    await use(transport);
  } finally {
    await transport.close();
    await server.remove();
  }
}

function fallSilent(): void {
  for (const pid of sshd.connections()) process.kill(pid, 'SIGSTOP');
}

function cutOff(): void {
  sshd.connections().forEach(endProcess);
}
