import { consent } from './consent';
import { canAsk, type Context } from './context';
import type { CheckReport } from './machines';
import { makePlan } from './make-plan';
import { renderPlan } from './render/plan';
import type { Survey } from './survey';

export interface ConsentFlags {
  readonly acceptPointOfNoReturn?: string;
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
  if (context.level !== 'quiet' || (ask && flags.acceptPointOfNoReturn === undefined))
    stderr.write(`${renderPlan(plan, stderr)}\n`);
  await consent(
    {
      name: found.machine.pointOfNoReturnName(found.choices),
      cost: plan.pointOfNoReturn?.cost ?? 'This changes the cluster.',
      given: flags.acceptPointOfNoReturn,
      yes: flags.yes === true,
      ask,
    },
    context.io,
    (text) => stderr.write(text),
  );
}
