import type { ReadHost } from '@pawl/hosts';
import { ask } from '../ask';
import { OkdError } from '../okd-error';

/** A unit as systemd sees it. */
export interface ShownUnit {
  /** Canonical name, with `.service`. */
  readonly id: string;
  /** `loaded`, `not-found`, `masked`, `error` … */
  readonly load: string;
  /** `active`, `inactive`, `activating`, `deactivating`, `failed`, `reloading` */
  readonly active: string;
  readonly sub: string;
  /** `enabled`, `disabled`, `static`, `masked` …; empty where there is no unit file. */
  readonly enabled: string;
  readonly mainPid: number;
  /** When the main process was started: microseconds since boot; 0 where it never was. */
  readonly startedUs: number;
  /** Words of the command line as in the unit file, variables not expanded; quotes are gone (systemd does not show them). */
  readonly command: readonly string[];
  readonly environment: string;
  readonly environmentFiles: readonly { readonly path: string; readonly optional: boolean }[];
}

/** Asked one by one: `show` of systemd 219 knows no `--value`, and its order is its own. */
const properties = [
  'Id',
  'LoadState',
  'ActiveState',
  'SubState',
  'UnitFileState',
  'MainPID',
  'ExecMainStartTimestampMonotonic',
  'ExecStart',
  'Environment',
  'EnvironmentFiles',
];

/** A unit that doesn't exist is an answer (`not-found`), not an error. */
export async function showUnits(host: ReadHost, names: readonly string[]): Promise<readonly ShownUnit[]> {
  if (names.length === 0) return [];
  const argv = [
    'systemctl',
    'show',
    '--no-pager',
    ...properties.flatMap((name) => ['-p', name]),
    '--',
    ...names,
  ];
  const shown = parseShow(await ask(host, argv));
  if (shown.length === names.length) return shown;
  throw new OkdError(
    'E_OKD_COMMAND',
    `systemctl show answered for ${shown.length} of ${names.length} units`,
    {
      where: host.name,
      hint: 'Look at `systemctl show` on the host; does systemd answer at all?',
    },
  );
}

/** The blocks of `systemctl show`, one a unit, as systemd 219 to 252 print them. */
export function parseShow(text: string): readonly ShownUnit[] {
  return text
    .split(/\n\n+/)
    .map((block) => block.split('\n').flatMap(property))
    .filter((lines) => lines.length > 0)
    .map(toUnit);
}

interface Property {
  readonly name: string;
  readonly value: string;
}

function property(line: string): readonly Property[] {
  const equals = line.indexOf('=');
  return equals < 1 ? [] : [{ name: line.slice(0, equals), value: line.slice(equals + 1) }];
}

function toUnit(lines: readonly Property[]): ShownUnit {
  const one = (name: string): string => lines.find((line) => line.name === name)?.value ?? '';
  return {
    id: one('Id'),
    load: one('LoadState'),
    active: one('ActiveState'),
    sub: one('SubState'),
    enabled: one('UnitFileState'),
    mainPid: Number(one('MainPID') || 0),
    startedUs: Number(one('ExecMainStartTimestampMonotonic') || 0),
    command: (/argv\[\]=(.*?) ; ignore_errors=/.exec(one('ExecStart'))?.[1] ?? '').split(' ').filter(Boolean),
    environment: one('Environment'),
    environmentFiles: lines.flatMap(environmentFile),
  };
}

/** systemd 219 prints `EnvironmentFile=` for the property `EnvironmentFiles`, 252 its own name; one line a file. */
function environmentFile({ name, value }: Property): ShownUnit['environmentFiles'] {
  if (name !== 'EnvironmentFile' && name !== 'EnvironmentFiles') return [];
  const found = /^(.*) \(ignore_errors=(yes|no)\)$/.exec(value);
  return found?.[1] === undefined ? [] : [{ path: found[1], optional: found[2] === 'yes' }];
}
