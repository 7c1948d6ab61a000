import { PawlError } from '@pawl/engine';
import type { CliMachine } from './machines';

/** The machines that `run` begins: those that neither restore nor check what another one made. */
export function operationsOf(machines: readonly CliMachine[]): readonly CliMachine[] {
  return machines.filter(
    ({ restores, checksBackupsOf }) => restores === undefined && checksBackupsOf === undefined,
  );
}

/** The machine asked for by `--machine`, else the first of the list. @throws PawlError `E_USAGE` */
export function machineFor(machines: readonly CliMachine[], id: string | undefined): CliMachine {
  const found = id === undefined ? machines[0] : machines.find((machine) => machine.id === id);
  if (found !== undefined) return found;
  throw new PawlError('E_USAGE', `there is no machine ${id ?? ''}`, {
    hint: `This release knows: ${machines.map((machine) => machine.id).join(', ')}.`,
  });
}

/** The machine of a run that is on record. @throws PawlError `E_NO_MACHINE` */
export function machineOfRun(machines: readonly CliMachine[], run: string, id: string): CliMachine {
  const found = machines.find((machine) => machine.id === id);
  if (found !== undefined) return found;
  throw new PawlError(
    'E_NO_MACHINE',
    `the run ${run} was made by the machine ${id}, which this release does not know`,
    {
      where: run,
      hint: 'Go on with the release that made it.',
    },
  );
}

/** Whether a run of this name proves backups. Of a fence no more is known: it says the name, and no machine. */
export function provesBackups(machines: readonly CliMachine[], run: string): boolean {
  return machines.some(
    ({ runPrefix, checksBackupsOf }) => checksBackupsOf !== undefined && run.startsWith(`${runPrefix}-`),
  );
}

/** The operation that it belongs to: its own, or the one whose work it takes back or proves. */
export const baseOf = ({ id, restores, checksBackupsOf }: CliMachine): string =>
  restores ?? checksBackupsOf ?? id;

/** The machine that takes back by a backup what `id` did. @throws PawlError `E_USAGE` where there is none */
export function restoringMachine(machines: readonly CliMachine[], id: string): CliMachine {
  const found = machines.find(({ restores }) => restores === id);
  if (found !== undefined) return found;
  throw new PawlError('E_USAGE', `this release restores no backup of what ${id} works on`, {
    hint: 'What it can do: pawl --help.',
  });
}

/** The machine that proves the backups of `id`. @throws PawlError `E_USAGE` where there is none */
export function provingMachine(machines: readonly CliMachine[], id: string): CliMachine {
  const found = machines.find(({ checksBackupsOf }) => checksBackupsOf === id);
  if (found !== undefined) return found;
  throw new PawlError('E_USAGE', `this release proves no backup of what ${id} works on`, {
    hint: 'What it can do: pawl --help.',
  });
}

/** @throws PawlError `E_NO_SUCH_PHASE` where `--pause-before` names no phase */
export function checkPhase(machine: CliMachine, phase: string | undefined): void {
  const names = machine.machine.spec.phases.map((p) => p.name);
  if (phase === undefined || names.includes(phase)) return;
  throw new PawlError('E_NO_SUCH_PHASE', `--pause-before ${phase}: there is no such phase`, {
    hint: `The phases are: ${names.join(', ')}.`,
  });
}
