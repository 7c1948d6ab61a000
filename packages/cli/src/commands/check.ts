import { checkView, findingJson } from '../check-view';
import type { Context } from '../context';
import { document, type Answer } from '../documents';
import { renderCheck } from '../render/check';
import { connectTo, inspect, survey, withConnection, type SurveyFlags } from '../survey';

/** `pawl check`: everything that can be known before touching, all of it at once. Changes nothing. */
export async function check(context: Context, flags: SurveyFlags): Promise<Answer> {
  const found = await survey(context, flags);
  const connection = connectTo(context, found.machine, found.choices, found.run);
  const report = await withConnection(connection, () => inspect(context, found, connection));
  const view = checkView(context, found, report);
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
