import { consent } from './consent';
import { canAsk, type Context } from './context';
import type { CheckReport, CliMachine } from './machines';
import { makePlan } from './make-plan';
import type { PlanView } from './plan-view';
import { renderPlan } from './render/plan';
import type { Survey } from './survey';

export interface ConsentFlags {
  /** The name, where it was given by flag. */
  readonly given: string | undefined;
  readonly yes?: boolean;
  readonly pauseBefore?: string;
}

/** Shows the plan, then wants consent by name. @throws PawlError `E_NOT_CONSENTED`, `E_WRONG_NAME` */
export async function askConsent(
  context: Context,
  found: Survey,
  report: CheckReport,
  flags: ConsentFlags,
): Promise<void> {
  const plan = makePlan(found, report.facts, flags.pauseBefore);
  const { stderr } = context.out;
  const ask = canAsk(context);
  // Whoever is asked has to see what for, however quiet it was meant to be.
  if (context.level !== 'quiet' || (ask && flags.given === undefined))
    stderr.write(`${renderPlan(plan, stderr)}\n`);
  await consent(
    {
      name: found.machine.pointOfNoReturnName(found.choices),
      ...acceptedOf(found.machine, plan),
      given: flags.given,
      yes: flags.yes === true,
      ask,
    },
    context.io,
    (text) => stderr.write(text),
  );
}

interface Accepted {
  readonly what: string;
  readonly flag: string;
  readonly cost: string;
}

/** A restore loses what was written since its backup, from its first change on; any other run is free up to its point of no return. */
function acceptedOf({ restores }: CliMachine, plan: PlanView): Accepted {
  return restores === undefined
    ? {
        what: 'the point of no return',
        flag: '--accept-point-of-no-return',
        cost: plan.pointOfNoReturn?.cost ?? 'This changes the cluster.',
      }
    : {
        what: 'the loss of data',
        flag: '--accept-data-loss',
        cost: 'This puts the backup in the place of what the cluster holds now: what was written since is lost.',
      };
}
