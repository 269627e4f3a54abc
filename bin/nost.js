#!/usr/bin/env node
// Starts the built program; nothing else.
const { load } = require('./load.js');

const words = process.argv.slice(2);
const { program, keep } = load(words[0]);
program.main(words).then(keep);
