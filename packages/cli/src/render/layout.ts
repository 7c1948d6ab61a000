import type { Colours } from '../output';

/** What a renderer has to know of where its text will stand. */
export interface Paper {
  readonly columns: number;
  readonly colours: Colours;
}

/** Breaks at spaces; a word longer than the line (a path, a command) is never broken. Later lines get `hang` more spaces. */
export function wrap(text: string, columns: number, indent = 0, hang = 0): string {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    let room = columns - indent;
    for (const word of paragraph.split(' ')) {
      if (line !== '' && line.length + 1 + word.length > room) {
        lines.push(line);
        line = word;
        room = columns - indent - hang;
      } else {
        line = line === '' ? word : `${line} ${word}`;
      }
    }
    lines.push(line);
  }
  return lines
    .map((line, i) => (line === '' ? '' : ' '.repeat(indent + (i > 0 ? hang : 0)) + line))
    .join('\n');
}

/** `label` in a column of its own, `text` wrapped beside it. */
export function labelled(label: string, text: string, columns: number, width = 10): string {
  return labelledLines(label, wrap(text, columns - 2 - width), width);
}

/** The same for text that has its lines, and their indentation, already. */
export function labelledLines(label: string, text: string, width = 10): string {
  const [first = '', ...rest] = text.split('\n');
  return [`  ${label.padEnd(width)}${first}`, ...rest.map((line) => ' '.repeat(2 + width) + line)]
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Columns as wide as their widest cell; the last one runs free. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  return rows
    .map((row) =>
      row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join('  '),
    )
    .map((line) => line.trimEnd())
    .join('\n');
}

/** `4 s`, `2 min 05 s`, `1 h 02 min` */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (n: number): string => String(n).padStart(2, '0');
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
}

/** `512 B`, `28.4 MiB` */
export function bytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit] ?? ''}`;
}

/** `30 000` */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** Cut to `columns`, so that a redrawn line stays one line. */
export function cut(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 1))}…`;
}
