/** How a unit was found before the run first touched it. */
export interface FoundUnit {
  readonly unit: string;
  /** It ran, or was on its way up. */
  readonly ran: boolean;
  /** `enabled`, `disabled`, `masked`, … */
  readonly file: string;
}

/**
 * Reads the record of several units: what `systemctl show` printed for each, one below the other. A unit that the record does
 * not name was not touched, and is not in the answer.
 */
export function foundUnits(units: readonly string[], record: string): readonly FoundUnit[] {
  const blocks = blocksOf(record);
  return units.flatMap((unit) => {
    const said = blocks.find(
      (block) => block.get('Id') === (unit.endsWith('.service') ? unit : `${unit}.service`),
    );
    if (said === undefined) return [];
    const active = said.get('ActiveState') ?? '';
    return [
      {
        unit,
        ran: active === 'active' || active === 'activating' || active === 'reloading',
        file: said.get('UnitFileState') ?? '',
      },
    ];
  });
}

/** systemd prints the properties in an order of its own, each once a unit: one that comes again begins the next. */
function blocksOf(text: string): readonly ReadonlyMap<string, string>[] {
  const blocks: Map<string, string>[] = [];
  for (const line of text.split('\n')) {
    const equals = line.indexOf('=');
    if (equals < 1) continue;
    const [name, value] = [line.slice(0, equals), line.slice(equals + 1)];
    const present = blocks.at(-1);
    if (present === undefined || present.has(name)) blocks.push(new Map([[name, value]]));
    else present.set(name, value);
  }
  return blocks;
}
