import { table, type Paper } from './layout';

export interface RunLine {
  readonly run: string;
  readonly state: string;
  readonly phase: string;
  readonly machine: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Newest first. */
export function renderRuns(runs: readonly RunLine[], database: string, paper: Paper): string {
  if (runs.length === 0) return `No runs in ${database}\n`;
  const head = ['RUN', 'STATE', 'PHASE', 'CREATED', 'MACHINE'];
  const rows = runs.map((r) => [r.run, r.state, r.phase, minute(r.createdAt), r.machine]);
  const [first = '', ...rest] = table([head, ...rows]).split('\n');
  return `${[paper.colours.bold(first), ...rest].join('\n')}\n`;
}

/** `2026-11-24 13:30Z` */
const minute = (at: string): string => `${at.slice(0, 16).replace('T', ' ')}Z`;
