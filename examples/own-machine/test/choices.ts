import type { Payroll } from '../machine';

/** As main.ts has them. */
export const CHOICES: Payroll = { month: '2026-11', salaries: { anna: 412_000, bo: 398_500, cleo: 431_200 } };
