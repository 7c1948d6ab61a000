export { bench, type BenchOptions, type BenchResult } from './bench';
