export { whyNoWorld } from './namespace';
export { newWorld, openWorld, worldTransport, type Effect, type World, type WorldOptions } from './world';
