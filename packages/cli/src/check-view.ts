import { commandLine } from './command-line';
import type { Context } from './context';
import { EXIT, exitOfError, type ExitCode } from './exit-codes';
import { lookAgain } from './look-again';
import type { CheckFinding, CheckReport } from './machines';
import type { CheckView } from './render/check';
import type { Survey } from './survey';

/** A check and what it amounts to. */
export interface Checked extends CheckView {
  readonly outcome: 'ok' | 'refused' | 'already-completed';
  readonly exit: ExitCode;
}

/** What a check found, as data. `next` is the plan where nothing stands in the way, else the check itself. */
export function checkView(context: Context, found: Survey, report: CheckReport): Checked {
  const { dataBytes, keys } = found.machine.summary(found.choices, report.facts);
  const completed =
    report.alreadyCompleted === undefined ? 'no' : report.alreadyCompleted.agrees ? 'agrees' : 'disagrees';
  const refused = completed === 'disagrees' || report.findings.some((f) => f.level === 'refusal');
  const outcome = completed === 'agrees' ? 'already-completed' : refused ? 'refused' : 'ok';
  const exit = outcome === 'refused' ? exitOfRefusals(report.findings) : EXIT.done;
  return {
    outcome,
    exit,
    title: found.machine.title,
    hosts: found.hosts.map((host) => host.name),
    dataBytes: dataBytes ?? null,
    keys: keys ?? null,
    findings: report.findings,
    completed,
    next:
      outcome === 'already-completed'
        ? null
        : commandLine(context.place, ...nextWords(found, outcome === 'ok', exit)),
  };
}

/** Where the hosts are another's, they say whose: a check would only be refused again. */
function nextWords(
  { machine, choices, inventory }: Survey,
  isFree: boolean,
  exit: ExitCode,
): readonly string[] {
  const flag = inventory === undefined ? [] : ['-i', inventory];
  if (exit === EXIT.owned) return ['status', ...flag];
  const isOperation = machine.restores === undefined && machine.checksBackupsOf === undefined;
  return isFree && isOperation ? ['plan', ...flag] : lookAgain(machine, choices, inventory);
}

/** Where nothing but another's hold stands in the way, it is that. */
function exitOfRefusals(findings: readonly CheckFinding[]): ExitCode {
  const refusals = findings.filter((finding) => finding.level === 'refusal');
  const owned = refusals.length > 0 && refusals.every(({ code }) => exitOfError(code) === EXIT.owned);
  return owned ? EXIT.owned : EXIT.refused;
}

/** As documents carry it: every field there, absent ones null. */
export function findingJson(finding: CheckFinding): Required<CheckFinding> {
  const { code, level, host, message, hint, facts } = finding;
  return { code, level, host: host ?? null, message, hint: hint ?? null, facts: facts ?? null };
}
