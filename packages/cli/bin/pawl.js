#!/usr/bin/env node
'use strict';
const { main, processIo } = require('..');
// The process ends with main, whatever is still open: after a second Ctrl-C the engine may be at work.
main(process.argv.slice(2), processIo()).then((code) => process.exit(code));
