import type { Leftover } from '../machines';
import { bytes, table, wrap, type Paper } from './layout';

export interface LeftoversView {
  readonly run: string;
  readonly leftovers: readonly Leftover[];
  /** How it is removed; left out where it is about to be. */
  readonly remove?: string;
}

/** A line for each, by name; the whole is said, and which of it is not to be had again. */
export function renderLeftovers({ run, leftovers, remove }: LeftoversView, paper: Paper): string {
  const { bold, yellow } = paper.colours;
  if (leftovers.length === 0) return `Nothing is left of ${run} to be removed.\n`;
  const rows = leftovers.map(({ name, host, bytes: size, path, what, onlyV2 }) => [
    `  ${name}`,
    host,
    bytes(size),
    path,
    `${what}${onlyV2 === true ? ' (the only v2 on this host)' : ''}`,
  ]);
  const sum = leftovers.reduce((all, { bytes: size }) => all + size, 0);
  const verb = remove === undefined ? 'To be removed of' : 'Set aside by';
  const lines = [bold(`${verb} ${run}, ${bytes(sum)} in all`), table(rows)];
  if (remove !== undefined)
    lines.push(
      '',
      wrap(
        `Removed by name: ${remove}. What is removed can't be had again, and a completed run can't be rolled back after it: only a backup be restored.`,
        paper.columns,
      ),
    );
  else if (leftovers.some(({ onlyV2 }) => onlyV2 === true))
    lines.push(yellow('The only v2 of a host is among it.'));
  return `${lines.join('\n')}\n`;
}
