import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { into } from '../namespace';
import { LIVE_PATH } from '../stub';

/** A real process of a unit, that does nothing but live, and hold its database's lock. */
export interface Live {
  readonly pid: number;
  readonly net: string;
  readonly startedUs: number;
  end(): Promise<void>;
}

export interface LiveOptions {
  readonly env: Readonly<Record<string, string>>;
  /** Words of its command line, without the program's. */
  readonly args: readonly string[];
  /** By its path on the host. */
  readonly db?: string;
  readonly privateNetwork: boolean;
  /** Somebody has killed it. */
  readonly onEnd: () => void;
}

/** @throws Error with what it said where it can't live */
export async function startLive(keeper: number, options: LiveOptions): Promise<Live> {
  const [file, ...words] = [
    ...into(keeper),
    ...(options.privateNetwork ? ['unshare', '-n'] : []),
    ...[LIVE_PATH, ...options.args],
  ] as [string, ...string[]];
  const env = {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    ...options.env,
    ...(options.db !== undefined && { WORLD_DB: options.db }),
  };
  const child = spawn(file, words, { stdio: ['pipe', 'pipe', 'pipe'], env, cwd: '/' });
  const gone = once(child, 'exit');
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const said = await Promise.race([once(child.stdout, 'data'), gone.then(() => undefined)]);
  const [, pid, net] = /^(\d+) (\S+)/.exec(String(said?.[0] ?? '')) ?? [];
  if (pid === undefined || net === undefined) throw new Error(complaint.trim());
  let wanted = false;
  void gone.then(() => {
    if (!wanted) options.onEnd();
  });
  return {
    ...{ pid: Number(pid), net, startedUs: uptimeUs() },
    async end() {
      wanted = true;
      child.stdin.end();
      await gone;
    },
  };
}

const uptimeUs = (): number => Math.round(Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1e6);
