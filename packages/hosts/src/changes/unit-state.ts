import type { ReadHost } from '../host';
import { HostError } from '../host-error';
import { sh } from '../sh';
import { holdName, processesOf } from './hold-unit';
import { unitName } from './unit-name';
import { parseProperties, propertyFlags } from './unit-properties';

export interface UnitState {
  readonly unit: string;
  /** `loaded`, `not-found`, `masked`, … */
  readonly load: string;
  /** `enabled`, `disabled`, `static`, …; '' where systemd has no file for it. */
  readonly file: string;
  /** `active`, `inactive`, `failed`, `activating`, … */
  readonly active: string;
  readonly sub: string;
  /** Path of the unit's file, '' where there is none. */
  readonly fragment: string;
  readonly dropIns: readonly string[];
  /** 0 where there is none. */
  readonly mainPid: number;
  /** All processes in its control group. */
  readonly processes: readonly number[];
  /** A file of it changed since systemd read it: what is told here may not be what a start would do. */
  readonly needsReload: boolean;
  /** held: stopped, and nothing starts it · stopped: inactive *and* no process · running: anything else. */
  readonly verdict: 'held' | 'stopped' | 'running';
}

/** A unit as systemd sees it: asked, never guessed. @throws HostError `E_UNIT` where systemd gives no answer */
export async function unitState(host: ReadHost, unit: string): Promise<UnitState> {
  const name = unitName(unit);
  const script = sh.lines(
    sh`systemctl show ${propertyFlags} ${name}`,
    sh`printf 'Processes=%s\n' "$(${processesOf(name)})" | tr '\n' ' '`,
  );
  const result = await host.readScript(script);
  const state = result.exit === 0 ? judge(name, result.stdout.toString('utf8')) : undefined;
  if (state !== undefined) return state;
  throw new HostError('E_UNIT', `systemd on ${host.name} doesn't say how ${name} is`, {
    host: host.name,
    where: `${host.name}: ${name}`,
    facts: { exit: result.exit, said: result.stderr.toString('utf8').slice(-600) },
    hint: `Try \`systemctl show ${name}\` there.`,
  });
}

function judge(unit: string, output: string): UnitState | undefined {
  const said = parseProperties(output);
  const [active, load] = [said.get('ActiveState'), said.get('LoadState')];
  const processes = said.get('Processes');
  if (active === undefined || load === undefined || processes === undefined) return undefined;
  const pids = words(processes).map(Number);
  const dropIns = words(said.get('DropInPaths') ?? '');
  const mainPid = Number(said.get('MainPID') ?? 0);
  const stopped = (active === 'inactive' || active === 'failed') && pids.length === 0 && mainPid === 0;
  const held = dropIns.some((path) => path.endsWith(`/${unit}.d/${holdName}`));
  return {
    unit,
    load,
    active,
    file: said.get('UnitFileState') ?? '',
    sub: said.get('SubState') ?? '',
    fragment: said.get('FragmentPath') ?? '',
    dropIns,
    mainPid,
    processes: pids,
    needsReload: said.get('NeedDaemonReload') === 'yes',
    verdict: stopped ? (held ? 'held' : 'stopped') : 'running',
  };
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
