import { defineMachine, StepRefused, type JsonObject } from '@pawl/engine';
import type { Bank, Books } from './bank';

/** The choices: plain data, fixed when the run is made. Salaries by employee, in cents. */
export interface Payroll extends JsonObject {
  readonly month: string;
  readonly salaries: Readonly<Record<string, number>>;
}

const total = ({ salaries }: Payroll): number => Object.values(salaries).reduce((sum, each) => sum + each, 0);
const common = { deadlineMs: 10_000, retry: { attempts: 3, delayMs: 100 } };

/** Pays a month's salaries: once, whatever dies meanwhile. */
export const payroll = defineMachine<Payroll, Books, Bank>({
  id: 'payroll',
  version: '1.0.0',
  title: 'Pay the salaries of a month',
  checkChoices: (choices) => choices as Payroll,
  pointOfNoReturn: ({ choices }) => `The salaries of ${choices.month} can't be taken back.`,
  phases: [
    {
      ...{ name: 'pay', title: 'Pay', wayBack: 'What was set aside is released.', rollbackAt: 'release' },
      steps: [
        {
          ...{ ...common, name: 'funds', title: 'Is there enough?', verify: 'the account covers the total' },
          kind: 'read',
          describe: ({ choices }) => [`balance >= ${total(choices)}`],
          async run({ hands, choices }) {
            const short = total(choices) - hands.balance();
            if (short > 0) throw new StepRefused('E_FUNDS', `${short} cents are missing`);
            return { total: total(choices) };
          },
        },
        {
          ...{ ...common, name: 'reserve', title: 'Set it aside', verify: 'the total is set aside' },
          kind: 'effect',
          undoneBy: 'release/reserved',
          describe: ({ choices }) => [`reserve ${total(choices)}`],
          // May happen twice, after a crash between effect and outcome: so it has a name under which it counts once.
          run: async ({ hands, choices }) => hands.reserve(choices.month, total(choices)),
        },
        {
          ...{ ...common, name: 'transfer', title: 'Transfer', verify: 'the bank has it', round: () => 1 },
          kind: 'one-shot',
          startOverAt: 'pay/reserve',
          undoneBy: 'irreversible',
          describe: ({ choices }) => [`transfer ${Object.keys(choices.salaries).length} salaries`],
          // Asked before it may start, and after a crash: the bank is believed, not hope.
          async probe({ hands, choices: { month } }) {
            const booked = hands.transferred(month);
            return {
              verdict: booked ? 'done' : 'untouched',
              round: 1,
              evidence: { booked },
              facts: { booked },
            };
          },
          run: async ({ hands, choices }) => hands.transfer(choices.month, total(choices)),
        },
      ],
    },
    {
      ...{ name: 'tell', title: 'Tell', wayBack: 'None.', rollbackAt: 'release' },
      steps: [
        {
          ...{ ...common, name: 'slip', title: 'Pay slips', verify: 'each has a pay slip', concurrency: 2 },
          kind: 'effect',
          undoneBy: 'kept',
          targets: ({ choices }) => Object.keys(choices.salaries),
          describe: ({ choices }, name) => [`slip for ${name}: ${choices.salaries[name] ?? 0}`],
          run: async ({ hands, target, choices }) => hands.slip(choices.month, target),
        },
      ],
    },
  ],
  rollback: [
    {
      ...{ name: 'release', title: 'Release', wayBack: 'None: this is the way back.' },
      steps: [
        {
          ...{ ...common, name: 'reserved', title: 'Release', verify: 'nothing is set aside' },
          kind: 'effect',
          undoneBy: 'kept',
          describe: ({ choices }) => [`release ${choices.month}`],
          run: async ({ hands, choices }) => hands.release(choices.month),
        },
      ],
    },
  ],
});
