import type { ReadHost } from '@pawl/hosts';
import { ask } from './ask';
import type { MasterConfig } from './config/read-master-config';
import { OkdError } from './okd-error';
import type { ShownUnit } from './units/show-units';

export interface EffectiveBackend {
  /** What the running process uses: the file's, unless the file was changed after the process was started. */
  readonly backend: 'v2' | 'v3' | 'unknown' | 'not running';
  /** The file that the process was really started with; null where it can't be seen. */
  readonly startedWith: string | null;
  /** Seconds since the epoch, by the host's clock; null where the process does not run. */
  readonly startedAt: number | null;
  readonly fileChangedAt: number;
}

/**
 * Whether a master runs with what its configuration says now. A master that was not restarted after the edit still serves
 * the other store; the file alone can't tell.
 * @throws OkdError `E_OKD_COMMAND`; HostError as `read`
 */
export async function effectiveBackend(
  host: ReadHost,
  unit: Pick<ShownUnit, 'mainPid' | 'startedUs'>,
  config: Pick<MasterConfig, 'path' | 'facts'>,
): Promise<EffectiveBackend> {
  const fileChangedAt = whole(host, 'stat', await ask(host, ['stat', '-c', '%Z', '--', config.path]));
  if (unit.mainPid === 0)
    return { backend: 'not running', startedWith: null, startedAt: null, fileChangedAt };
  const now = whole(host, 'date', await ask(host, ['date', '+%s']));
  const uptime = Number((await ask(host, ['cat', '/proc/uptime'])).split(' ')[0]);
  const startedAt = Math.round(now - uptime + unit.startedUs / 1e6);
  const startedWith = await configOf(host, unit.mainPid);
  // A second either way is rounding: then it can't be told.
  const sure = startedAt > fileChangedAt + 1 && startedWith === config.path;
  return { backend: sure ? config.facts.backend : 'unknown', startedWith, startedAt, fileChangedAt };
}

/** The words of a process's command line end in NUL. Of a container's client process it is the client's. */
async function configOf(host: ReadHost, pid: number): Promise<string | null> {
  const result = await host.read(['cat', `/proc/${pid}/cmdline`]);
  const words = result.stdout.toString('utf8').split('\0');
  return words.findLast((word) => word.startsWith('--config='))?.slice('--config='.length) ?? null;
}

function whole(host: ReadHost, command: string, text: string): number {
  if (/^\d+\s*$/.test(text)) return Number(text);
  throw new OkdError('E_OKD_COMMAND', `${command} printed no whole number`, { where: host.name });
}
