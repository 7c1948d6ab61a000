import type { CheckFinding } from '../machines';
import { bytes, grouped, labelled, wrap, type Paper } from './layout';

export interface CheckView {
  readonly title: string;
  readonly hosts: readonly string[];
  readonly dataBytes: number | null;
  readonly keys: number | null;
  readonly findings: readonly CheckFinding[];
  readonly completed: 'no' | 'agrees' | 'disagrees';
  readonly next: string | null;
}

/** Every finding with its remedy, the worst last, where the eye is. */
export function renderCheck(view: CheckView, paper: Paper): string {
  const { bold } = paper.colours;
  const lines = [bold(view.title), labelled('hosts', view.hosts.join(', '), paper.columns)];
  const size = dataSize(view);
  if (size !== undefined) lines.push(labelled('data', size, paper.columns));
  lines.push('', renderFindings(view, paper).trimEnd());
  if (view.next !== null) lines.push(`Next: ${bold(view.next)}`);
  return `${lines.join('\n')}\n`;
}

/** The findings and what they amount to. */
export function renderFindings(view: Pick<CheckView, 'findings' | 'completed'>, paper: Paper): string {
  const lines: string[] = [];
  for (const level of ['ok', 'warning', 'refusal'] as const)
    for (const finding of view.findings.filter((f) => f.level === level))
      lines.push(renderFinding(finding, paper));
  lines.push('', wrap(verdict(view), paper.columns));
  return `${lines.join('\n')}\n`;
}

export function dataSize(view: Pick<CheckView, 'dataBytes' | 'keys'>): string | undefined {
  const parts = [
    ...(view.dataBytes === null ? [] : [bytes(view.dataBytes)]),
    ...(view.keys === null ? [] : [`${grouped(view.keys)} keys`]),
  ];
  return parts.length === 0 ? undefined : parts.join(', ');
}

export function renderFinding(finding: CheckFinding, paper: Paper): string {
  const { red, yellow, green } = paper.colours;
  const colour = { refusal: red, warning: yellow, ok: green }[finding.level];
  const word = { refusal: 'refused', warning: 'warning', ok: 'ok' }[finding.level];
  const host = finding.host === null || finding.host === undefined ? '' : `${finding.host}: `;
  const code = finding.level === 'ok' ? '' : ` (${finding.code})`;
  const [first = '', ...rest] = wrap(`${host}${finding.message}${code}`, paper.columns - 12).split('\n');
  const lines = [`  ${colour(word.padEnd(10))}${first}`, ...rest.map((line) => `            ${line}`)];
  if (finding.hint !== null && finding.hint !== undefined)
    lines.push(
      ...wrap(finding.hint, paper.columns - 14)
        .split('\n')
        .map((line, i) => `            ${i === 0 ? '→' : ' '} ${line}`),
    );
  return lines.join('\n');
}

function verdict(view: Pick<CheckView, 'findings' | 'completed'>): string {
  const count = (level: CheckFinding['level']): number =>
    view.findings.filter((f) => f.level === level).length;
  const [refusals, warnings] = [count('refusal'), count('warning')];
  if (view.completed === 'agrees') return 'Already completed: all evidence agrees. Nothing was changed.';
  if (view.completed === 'disagrees')
    return 'It looks completed, but the evidence does not agree: refused. Nothing was changed.';
  const also = warnings === 0 ? '' : `, ${warnings} warning${warnings === 1 ? '' : 's'}`;
  if (refusals === 0) return `Nothing stands in the way${also}. Nothing was changed.`;
  return `${refusals} refusal${refusals === 1 ? '' : 's'}${also}. Nothing was changed.`;
}
