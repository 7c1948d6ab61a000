import { allHosts, refusals } from '@pawl/steps-etcd';
import type { CheckReport } from '../check';
import { type OkdChoices } from '../choices';
import { okdMigration } from '../operation';
import type { CheckResult } from './okd-migration-api';

/** What a check amounts to. */
export function checkResult(choices: OkdChoices, report: CheckReport): CheckResult {
  const { findings, facts, alreadyCompleted } = report;
  const { keys, dataBytes, notices } = okdMigration.summary(choices, facts);
  return {
    outcome: outcomeOf(report),
    cluster: choices.clusterName,
    hosts: allHosts(choices).map(({ name }) => name),
    findings,
    evidence: alreadyCompleted?.evidence ?? null,
    keys: keys ?? null,
    dataBytes: dataBytes ?? null,
    notices,
  };
}

/** Evidence that does not agree is a refusal, whatever else was found. */
function outcomeOf({ findings, alreadyCompleted }: CheckReport): CheckResult['outcome'] {
  if (alreadyCompleted?.agrees === true) return 'already-completed';
  return alreadyCompleted !== undefined || refusals(findings).length > 0 ? 'refused' : 'ok';
}
