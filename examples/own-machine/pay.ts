import { join } from 'node:path';
import { createEngine, type EngineOptions, type RunResult } from '@pawl/engine';
import { openStore, processOwners } from '@pawl/store';
import { bankFleet, type Bank, type Books } from './bank';
import { payroll, type Payroll } from './machine';

type More = Partial<Pick<EngineOptions<Books, Bank>, 'signal' | 'faultPoint'>>;

/** Starts the payroll of a month, goes on with it, or says that it is done: the same call each time. */
export async function pay(folder: string, choices: Payroll, more: More = {}): Promise<RunResult> {
  return withEngine(folder, more, async (engine, run, state) => {
    if (state === undefined) return engine.start({ machineId: payroll.spec.id, run, choices });
    if (state === 'completed') return { run, outcome: 'completed', changed: false, phase: 'completed' };
    return engine.resume({ run });
  })(choices.month);
}

/** Takes back what can be taken back. @throws PawlError `E_NO_WAY_BACK` once the transfer was begun */
export async function takeBack(folder: string, month: string, more: More = {}): Promise<RunResult> {
  return withEngine(folder, more, async (engine, run) => engine.rollback({ run }))(month);
}

type Act = (engine: ReturnType<typeof createEngine>, run: string, state?: string) => Promise<RunResult>;

function withEngine(folder: string, more: More, act: Act): (month: string) => Promise<RunResult> {
  return async (month) => {
    const store = openStore(join(folder, 'pawl.db'));
    try {
      const engine = createEngine<Books, Bank>({
        ...{ store, machines: [payroll], fleet: bankFleet(folder), owners: processOwners() },
        ...more,
      });
      const run = `payroll-${month}`;
      return await act(engine, run, store.load(run)?.state);
    } finally {
      store.close();
    }
  };
}
