import { main, processIo } from 'pawl';
import { toyParts } from './parts';
import { toyWorld } from './world';

/** The command line with the toy for a machine, in a process of its own: `entry.js WORLD ARGUMENT…`. Ends as bin/pawl.js does. */
const [folder = '', ...argv] = process.argv.slice(2);
void main(argv, processIo(), toyParts(toyWorld(folder))).then((code) => process.exit(code));
