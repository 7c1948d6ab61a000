export { brokenRules } from './broken-rules';
export { effectsOf, type Effect } from './effects';
export { whyNoWorld } from './namespace';
export { isEvidence, isForcing, pictureOf } from './picture';
export { newWorld, openWorld, type World, type WorldOptions } from './world';
export { worldTransport } from './world-transport';
