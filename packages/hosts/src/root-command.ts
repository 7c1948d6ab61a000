import { randomBytes } from 'node:crypto';
import { afterMarker } from './after-marker';
import type { CommandResult } from './host';
import { HostError } from './host-error';
import type { HostEntry } from './hosts-api';
import { neverBegan } from './never-began';
import { posixCommand } from './quote';

export interface RootCommandOptions {
  /** Set by `env NAME=VALUE` on the host: seen by every user there, so no secrets. */
  readonly env?: Readonly<Record<string, string>>;
  /** Ended on the host, by `timeout`, when it has run this long. */
  readonly timeoutSeconds?: number;
}

export interface RootCommand {
  /** For `Transport.run`. */
  readonly commandLine: string;
  /**
   * The command's own stdout and stderr, without what a login shell, sudo or PAM said before it.
   * @throws HostError `E_SUDO`, `E_REQUIRETTY`, `E_UNREACHABLE` (`facts.began` false) where the command never began
   */
  unwrap(result: CommandResult): CommandResult;
  /** The same for a stdout that is taken as it comes. */
  unwrapStream(): UnwrapStream;
}

export interface UnwrapStream {
  /** The command's own part of the chunk; may be empty. */
  take(chunk: Buffer): Buffer;
  /** Exit status and stderr, stdout empty. @throws as `unwrap` */
  end(result: CommandResult): CommandResult;
}

/**
 * A command line that runs `argv` as root, in the C locale, whatever the login shell prints first. Two ways in: the user is
 * root, or `sudo -n`. The command takes the place of every shell on the way: its exit status and signals are its own.
 * @throws HostError `E_QUOTE` for a NUL byte or a line longer than a host can take
 */
export function rootCommand(
  entry: HostEntry,
  argv: readonly string[],
  options: RootCommandOptions = {},
): RootCommand {
  const [front, back] = [`pawl-${randomBytes(8).toString('hex')}`, randomBytes(8).toString('hex')];
  const marker = `${front}-${back}`;
  const limit = options.timeoutSeconds === undefined ? [] : timeoutWords(options.timeoutSeconds);
  const commandLine = posixCommand([
    ...['exec', 'env', 'LC_ALL=C', ...(entry.user === 'root' ? [] : ['sudo', '-n', '--', 'env', 'LC_ALL=C'])],
    ...Object.entries(options.env ?? {}).map(([name, value]) => environmentWord(name, value)),
    ...['/bin/sh', '-c', sayMarkerThenExec, 'sh', front, back, ...limit, ...argv],
  ]);
  refuseTooLong(entry, commandLine);
  const unwrapStream = (): UnwrapStream => {
    const [stdout, stderr] = [afterMarker(marker), afterMarker(marker)];
    return {
      take: (chunk) => stdout.take(chunk),
      end(result) {
        const own = stderr.take(result.stderr);
        if (!stdout.begun()) throw neverBegan(entry, { ...result, stdout: stdout.noise() });
        return { ...result, stdout: Buffer.alloc(0), stderr: stderr.begun() ? own : result.stderr };
      },
    };
  };
  return {
    commandLine,
    unwrapStream,
    unwrap(result) {
      const stream = unwrapStream();
      const stdout = stream.take(result.stdout);
      return { ...stream.end(result), stdout };
    },
  };
}

/** The marker is put together on the host, so that a shell which echoes its command line can't be taken for the command. */
const sayMarkerThenExec = `printf '%s-%s\\n' "$1" "$2"; printf '%s-%s\\n' "$1" "$2" >&2; shift 2; exec "$@"`;

/** coreutils 7.0 (-k: 8.5), busybox 1.30. TERM first, KILL five seconds later; to the command and all it started. */
function timeoutWords(seconds: number): readonly string[] {
  return ['timeout', '-k', '5', String(Math.max(1, Math.ceil(seconds)))];
}

function environmentWord(name: string, value: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return `${name}=${value}`;
  throw new HostError('E_QUOTE', `'${name}' can't be the name of an environment variable`);
}

/** sshd hands the line to the login shell as one argument, and Linux takes 128 KiB for one. */
function refuseTooLong(entry: HostEntry, commandLine: string): void {
  const bytes = Buffer.byteLength(commandLine);
  if (bytes < 128 * 1024) return;
  throw new HostError('E_QUOTE', `a command line of ${bytes} bytes is longer than a host takes (131071)`, {
    host: entry.name,
    hint: 'Send what is large on standard input.',
  });
}
