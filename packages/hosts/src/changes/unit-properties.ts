import type { Change } from '../host';
import { sh } from '../sh';

/** What is recorded of a unit before it is touched, and read to judge it. systemd 219 has all of them. */
export const unitProperties = [
  'Id',
  'LoadState',
  'UnitFileState',
  'ActiveState',
  'SubState',
  'FragmentPath',
  'DropInPaths',
  'MainPID',
  'NeedDaemonReload',
] as const;

/** How the unit was found before anything changed it; the guard keeps the run's first record. */
export function recordUnit(name: string): NonNullable<Change['record']> {
  return { name: `unit-${name}`, script: sh`systemctl show ${propertyFlags} ${name}` };
}

export const propertyFlags: readonly string[] = unitProperties.flatMap((property) => ['-p', property]);

/** `systemctl show` as a map: lines `Name=value`. Version 219 has no `--value`. */
export function parseProperties(output: string): ReadonlyMap<string, string> {
  const lines = output.split('\n').filter((line) => line.includes('='));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}
