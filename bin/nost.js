#!/usr/bin/env node
// Starts the built program; nothing else.
const { load } = require('./load.js');

load().main(process.argv.slice(2));
