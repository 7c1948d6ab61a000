export { brokenRules } from './broken-rules';
export { effectsOf, type Effect } from './effects';
export { whyNoWorld } from './namespace';
export { isEvidence, pictureOf } from './picture';
export { newWorld, openWorld, worldTransport, type World, type WorldOptions } from './world';
