import { spawn } from 'node:child_process';
import { LabError } from './lab-error';

export interface RunOptions {
  readonly stdin?: string | Buffer;
  /** A non-zero exit is an answer, not an error. */
  readonly allowFailure?: boolean;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
  readonly onStdout?: (chunk: Buffer) => void;
}

export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

/** Runs one command (argv, never a shell string) to its end. */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const result = await finished(argv, options);
  if (result.exit !== 0 && options.allowFailure !== true) {
    const said = (result.stderr.trim() || result.stdout.trim()).slice(-2000);
    throw new LabError(
      `${argv.join(' ').slice(0, 400)}: exit ${result.exit}${said === '' ? '' : `: ${said}`}`,
    );
  }
  return result;
}

function finished(argv: readonly string[], options: RunOptions): Promise<RunResult> {
  const [file, ...args] = argv;
  if (file === undefined) throw new LabError('run: empty argv');
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(options.env === undefined ? {} : { env: options.env }),
      ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs, killSignal: 'SIGKILL' }),
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', options.onStdout ?? ((chunk: Buffer) => stdout.push(chunk)));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    // A command that ends before it has read its input is judged by its exit, not by the broken pipe.
    child.stdin.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'ECONNRESET') reject(error);
    });
    child.stdin.end(options.stdin ?? '');
    child.on('error', (cause) => reject(new LabError(`${file} could not be started`, { cause })));
    child.on('close', (code, signal) => {
      const killed = signal === null ? '' : `\nended by ${signal}`;
      resolve({
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString() + killed,
        exit: code ?? 128,
      });
    });
  });
}
