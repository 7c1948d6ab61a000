/** What systemd says of a unit that a script asks after. */
export type UnitIs = 'held' | 'forced' | 'stopped' | 'running' | 'failed';

/** The answer to `unitState`, for fake hands; undefined where a script asks something else. */
export function unitsSay(argv: readonly string[], is: (unit: string) => UnitIs): string | undefined {
  const unit = /^systemctl show .* (\S+\.service)$/m.exec(argv.at(-1) ?? '')?.[1];
  if (unit === undefined) return undefined;
  const state = is(unit);
  const active = {
    held: 'inactive',
    forced: 'inactive',
    stopped: 'inactive',
    running: 'active',
    failed: 'failed',
  }[state];
  return [
    'LoadState=loaded',
    `ActiveState=${active}`,
    `SubState=${state === 'running' ? 'running' : 'dead'}`,
    `MainPID=${state === 'running' ? 4711 : 0}`,
    `DropInPaths=${dropInsOf(unit, state)}`,
    `Processes=${state === 'running' ? '4711 ' : ''}`,
  ].join('\n');
}

function dropInsOf(unit: string, state: UnitIs): string {
  const hold = `/etc/systemd/system/${unit}.d/00-pawl-hold.conf`;
  if (state === 'forced') return `${hold} /run/systemd/system/${unit}.d/99-pawl-force.conf`;
  return state === 'held' ? hold : '';
}
