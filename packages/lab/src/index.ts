export { Lab, labAttach } from './lab';
export { labLoad, labUp } from './up';
export { labDown } from './down';
export { labForget, labSaves } from './save-load';
export { ensureLabPackages, labAvailable } from './packages';
export { LabError } from './lab-error';
export { masterUnits } from './host-files/master-files';
export type { LabHost, LabSpec } from './spec';
export type { RunResult } from './run';
export type { ExecOptions } from './exec-inside';
export type { FillOptions } from './fill/fill-keys';
export type { FillReport } from './fill/fill';
export type { V2Entry, V3Entry } from './dump/entries';
export type { EventFilter, ExecEvent, Observer } from './observer/observer';
export type { OutageProbe, ProbeOptions } from './probe/probe';
export type { Outage, OutageReport, Sample } from './probe/outages';
export type { HttpAnswer } from './ready';
export { compareV2, compareWithBefore, type V2Report, type V3Report } from './demo/compare';
export type { Narrator } from './demo/narrate';
export {
  databaseOf,
  runPawl,
  startPawl,
  type PawlOptions,
  type PawlProcess,
  type PawlResult,
} from './demo/pawl-command';
export { MIGRATE, tellStory, type StoryReport } from './demo/story';
export { tellWayBack, type WayBackReport } from './demo/way-back';
