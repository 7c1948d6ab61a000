import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { join } from 'node:path';
import { Server as SshServer } from 'ssh2';
import { sshTransport } from '../../src/ssh';
import { backoffMs } from '../../src/ssh/backoff';
import type { SshOptions } from '../../src/ssh';
import { startSshd } from './sshd';
import type { Sshd } from './sshd';

// What a real sshd doesn't do, and a port that leads to something else does.
jest.setTimeout(30_000);

let sshd: Sshd;
beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd.remove());

test('a port that takes connections and says nothing: unreachable, never begun', async () => {
  const refusal = await talkTo(() => undefined, { connectTimeoutMs: 100 });
  expect(refusal).toMatchObject({ code: 'E_UNREACHABLE', facts: { began: false } });
});

test('a port that speaks another protocol and never hangs up', async () => {
  const rubbish = 'SSH-2.0-odd\r\n\0\0\0\0rubbish'.padEnd(4000, 'x');
  const refusal = await talkTo((socket) => socket.write(rubbish), { connectTimeoutMs: 600_000 });
  expect(refusal).toMatchObject({ code: 'E_UNREACHABLE', facts: { began: false } });
});

test('a port that hangs up at once', async () => {
  expect(await talkTo((socket) => socket.destroy())).toMatchObject({
    code: 'E_UNREACHABLE',
    facts: { began: false },
  });
});

test('a channel that is closed without an exit status is no result', async () => {
  const hostKey = readFileSync(join(sshd.dir, 'host_ed25519'));
  const server = new SshServer({ hostKeys: [hostKey] }, (client) => {
    client
      .on('authentication', (attempt) => attempt.accept())
      .on('session', (accept) => {
        accept().on('exec', (take) => {
          const channel = take();
          channel.write('half');
          channel.end();
        });
      })
      .on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const transport = sshTransport({ ...sshd.entry, port }, { knownHosts: [anyPort()] });
  const running = transport.run('true', { maxBytes: 1000 });
  await expect(running).rejects.toMatchObject({ code: 'E_UNREACHABLE', facts: { began: true } });
  await transport.close();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

test.each([
  [0, 0],
  [1, 250],
  [2, 500],
  [6, 8000],
  [7, 15_000],
  [5000, 15_000],
])('after %i failures in a row the next attempt waits %i ms', (failures, ms) => {
  expect(backoffMs(failures)).toBe(ms);
});

/** A known_hosts file in which the server's key stands for every port of 127.0.0.1. */
function anyPort(): string {
  const file = join(sshd.dir, 'any-port');
  writeFileSync(file, `127.0.0.1 ${sshd.publicKey('ed25519')}\n`);
  return file;
}

async function talkTo(answer: (socket: Socket) => void, options: SshOptions = {}): Promise<unknown> {
  const sockets: Socket[] = [];
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined).resume();
    answer(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const transport = sshTransport({ ...sshd.entry, port }, { knownHosts: [sshd.knownHosts], ...options });
  try {
    return await transport.run('true', { maxBytes: 1000 }).catch((error: unknown) => error);
  } finally {
    await transport.close();
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}
