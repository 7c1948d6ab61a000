import type { CheckFinding } from '../machines';
import { renderFinding } from './check';
import { labelled, wrap, type Paper } from './layout';

export interface BackupsView {
  readonly run: string;
  readonly title: string;
  readonly hosts: readonly string[];
  readonly findings: readonly CheckFinding[];
  readonly next: unknown;
}

/** What a run that proves backups has found, the worst last, where the eye is. */
export function renderBackups({ run, title, hosts, findings, next }: BackupsView, paper: Paper): string {
  const { bold } = paper.colours;
  const of = (level: CheckFinding['level']): readonly CheckFinding[] =>
    findings.filter((finding) => finding.level === level);
  const bad = of('refusal').length;
  const lines = [
    `${bold(run)}  ${title}`,
    labelled('hosts', hosts.join(', '), paper.columns),
    '',
    ...[...of('ok'), ...of('warning'), ...of('refusal')].map((finding) => renderFinding(finding, paper)),
    '',
    wrap(bad === 0 ? GOOD : `${bad} of them ${bad === 1 ? 'does' : 'do'} not restore.`, paper.columns),
    ...(typeof next === 'string' ? [`Next: ${bold(next)}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

const GOOD = 'Every backup restores, and compares equal. The scratch directories are gone again.';
