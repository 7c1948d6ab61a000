import { wrap, type Paper } from './layout';

export interface PauseView {
  readonly run: string;
  readonly outcome: 'pause-requested' | 'already-at-rest';
  readonly state: string;
  readonly phase: string;
  readonly step: string | null;
  readonly next: string | null;
}

export function renderPause(view: PauseView, paper: Paper): string {
  const place = view.step === null ? view.phase : `${view.phase}/${view.step}`;
  const text =
    view.outcome === 'pause-requested'
      ? `Asked. ${view.run} pauses at its next safe point: when what is at work in ${place} has ended, before the next step.`
      : `${view.run} is ${view.state}: nobody is at work on it, there is nothing to pause.`;
  const next = view.next === null ? '' : `Next: ${paper.colours.bold(view.next)}\n`;
  return `${wrap(text, paper.columns)}\n${next}`;
}
