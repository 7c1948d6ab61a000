export { EXIT, type ExitCode } from './exit-codes';
export type { Io, SignalSource } from './io';
export type {
  BackupPlace,
  BackupsOfRun,
  CheckFacts,
  CheckFinding,
  CheckReport,
  CliMachine,
  Leftover,
  MachineFlags,
  Outage,
  Summary,
} from './machines';
export { main } from './main';
export type { Connection, ConnectOptions, Parts } from './parts';
export { processIo } from './process-io';
