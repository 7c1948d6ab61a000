import type { Store } from '@pawl/engine';
import { placeText } from '../backup-place';
import { surveyBackups, type BackupsFlags } from '../backups-survey';
import { beginRun } from '../begin-run';
import { checkAnswer } from '../check-answer';
import { checkView, findingJson } from '../check-view';
import { commandLine } from '../command-line';
import type { Context } from '../context';
import type { Answer } from '../documents';
import { exitOfFindings, findingsOf } from '../findings-of';
import { lookAgain } from '../look-again';
import { recordedFlags } from '../recorded-flags';
import { renderBackups } from '../render/backups';
import { renderFindings } from '../render/check';
import type { Survey } from '../survey';

/**
 * `pawl check --backups`: a run that starts a copy of each backup beside whatever runs there, compares what it holds, and removes it
 * again. Nobody is asked: what is in use is not touched. Killed anywhere, `resume` brings it to its end.
 */
export async function checkBackups(
  context: Context,
  flags: BackupsFlags & { readonly onEvent?: string },
): Promise<Answer> {
  return beginRun(context, await surveyBackups(context, flags), {
    onEvent: flags.onEvent,
    before: async (found, report) => {
      const view = checkView(context, found, report);
      if (view.outcome !== 'ok') return checkAnswer(view, report);
      if (view.findings.some(({ level }) => level === 'warning'))
        context.say(renderFindings(view, context.out.stderr));
      const { backups = [] } = recordedFlags(found.choices);
      context.say(
        `A copy of ${backups.map(placeText).join(', ')} is started in a scratch directory beside it, on loopback ports, compared, and removed again; nothing that is in use is touched`,
      );
      return undefined;
    },
    after: (store, found, result) => proven(context, store, found, result),
  });
}

/** The check's answer where the run came to its end; else how it rests, in the same document. */
function proven(context: Context, store: Store, found: Survey, result: Answer): Answer {
  const { machine, run, choices, hosts, inventory } = found;
  const record = store.load(run);
  const findings = findingsOf(store, record, machine);
  const isOver = record?.state === 'completed';
  const refused = exitOfFindings(findings) !== undefined;
  const names = hosts.map(({ name }) => name);
  const { outcome: rest, next: rests = null } = result.document;
  const next =
    isOver && refused ? commandLine(context.place, ...lookAgain(machine, choices, inventory)) : rests;
  const { title } = machine;
  return {
    exit: result.exit,
    document: {
      ...result.document,
      schema: 'pawl/check/1',
      outcome: !isOver ? rest : refused ? 'refused' : 'ok',
      ...{ next, title, hosts: names, dataBytes: null, keys: null, evidence: null },
      findings: findings.map(findingJson),
    },
    render: (paper) =>
      isOver ? renderBackups({ run, title, hosts: names, findings, next }, paper) : result.render(paper),
  };
}
