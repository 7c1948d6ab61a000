import { closeSync, openSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { SOCKET } from './stub';

/** A program that was called on a host. */
export interface Call {
  readonly host: string;
  readonly name: string;
  readonly args: readonly string[];
  /** ETCDCTL_API */
  readonly api: string;
  /** The network it is in, as the kernel names it. */
  readonly net: string;
  readonly stdin: Buffer;
}

export interface Answer {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `never`: it waits until somebody ends it. */
export type Answers = (call: Call) => Promise<Answer | 'never'>;

export const said = (stdout: string): Answer => ({ exit: 0, stdout, stderr: '' });
export const failed = (stderr: string, exit = 1, stdout = ''): Answer => ({ exit, stdout, stderr });

/** Listens on a socket in a host's tree. */
export async function listen(tree: string, host: string, answers: Answers): Promise<() => Promise<void>> {
  rmSync(path.join(tree, SOCKET), { force: true });
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('close', () => open.delete(socket));
    // The caller was killed: that is what these tests do.
    socket.on('error', () => open.delete(socket));
    socket.on('end', () => {
      void answer(socket, callOf(host, Buffer.concat(chunks)), answers);
    });
  });
  await bind(server, tree);
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of open) socket.destroy();
    });
}

/** A socket's path may have 107 characters, a world's directory more: it is reached through a descriptor. */
async function bind(server: Server, tree: string): Promise<void> {
  const folder = openSync(path.join(tree, path.dirname(SOCKET)), 'r');
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(`/proc/self/fd/${folder}/${path.basename(SOCKET)}`, resolve);
    });
  } finally {
    closeSync(folder);
  }
}

function callOf(host: string, bytes: Buffer): Call {
  const end = 4 + bytes.readUInt32BE(0);
  const [name = '', api = '', net = '', ...args] = bytes.toString('utf8', 4, end).split('\0');
  return { host, name, api, net, args, stdin: bytes.subarray(end) };
}

async function answer(socket: Socket, call: Call, answers: Answers): Promise<void> {
  const given = await answers(call).catch((error: unknown) =>
    failed(`the model broke at ${call.name} ${call.args.join(' ')}: ${String((error as Error).stack)}\n`, 98),
  );
  if (given === 'never') return;
  const head = Buffer.alloc(8);
  const stdout = Buffer.from(given.stdout);
  head.writeUInt32BE(given.exit, 0);
  head.writeUInt32BE(stdout.length, 4);
  socket.end(Buffer.concat([head, stdout, Buffer.from(given.stderr)]));
}
