import { factsFrom, planSteps, type JsonObject, type Scope } from '@pawl/engine';
import type { CheckFacts } from './machines';
import type { PlanView } from './plan-view';
import { recordedFlags } from './recorded-flags';
import type { Survey } from './survey';

/** The plan of the run that `survey` would make, from what `check` found. Pure. */
export function makePlan(found: Survey, facts: CheckFacts, pauseBefore?: string): PlanView {
  const { machine, choices, hosts, run } = found;
  const { spec, definitionHash } = machine.machine;
  const scope: Scope<JsonObject> = {
    run,
    choices: spec.checkChoices(choices) as JsonObject,
    facts: factsFrom(facts),
  };
  const { phases, rollback, pointOfNoReturn } = planSteps(machine.machine, scope);
  const { maxOutageSeconds, ttl } = scope.choices;
  const { dataBytes, keys, notices } = machine.summary(choices, facts);
  return {
    run,
    title: machine.title,
    machine: machine.id,
    version: spec.version,
    definitionHash,
    hosts: hosts.map((host) => host.name),
    dataBytes: dataBytes ?? null,
    keys: keys ?? null,
    notices,
    chosen: {
      onFailure: spec.onFailure?.(scope.choices) ?? 'pause',
      maxOutageSeconds: typeof maxOutageSeconds === 'number' ? maxOutageSeconds : null,
      ttl: typeof ttl === 'string' ? ttl : null,
      pauseBefore: pauseBefore ?? null,
    },
    phases,
    rollback,
    pointOfNoReturn:
      pointOfNoReturn === undefined
        ? null
        : {
            name: machine.pointOfNoReturnName(choices),
            at: pointOfNoReturn.step,
            cost: pointOfNoReturn.cost,
          },
    restore: restoreOf(found),
  };
}

function restoreOf({ machine, choices }: Survey): PlanView['restore'] {
  const { from } = recordedFlags(choices);
  if (machine.restores === undefined || from === undefined) return null;
  return { from, name: machine.pointOfNoReturnName(choices) };
}
