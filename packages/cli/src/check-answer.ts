import { findingJson, type Checked } from './check-view';
import { document, type Answer } from './documents';
import type { CheckReport } from './machines';
import { renderCheck } from './render/check';

/** What a check found, as the answer of the command. */
export function checkAnswer(view: Checked, report: CheckReport): Answer {
  return {
    exit: view.exit,
    document: document(
      'check',
      view.outcome,
      { next: view.next },
      {
        title: view.title,
        hosts: view.hosts,
        dataBytes: view.dataBytes,
        keys: view.keys,
        findings: view.findings.map(findingJson),
        evidence: report.alreadyCompleted?.evidence ?? null,
      },
    ),
    render: (paper) => renderCheck(view, paper),
  };
}
