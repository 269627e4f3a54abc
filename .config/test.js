// `npm test [FILE…]`: from a fresh clone to the test runner's own summary.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { ensureBuilt, ensureInstalled, root } from './ensure.js';

ensureInstalled();
ensureBuilt();

const named = process.argv.slice(2);
const all = () =>
  readdirSync(`${root}test`, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.test.ts'))
    .sort()
    .map(name => `test/${name}`);

/** A file that takes longer hangs, and fails instead of holding up all the others. */
const TEN_MINUTES = 600_000;

const flags = [
  '--import',
  'tsx',
  '--test',
  '--test-reporter=spec',
  '--test-concurrency=2',
  `--test-timeout=${TEN_MINUTES}`,
];
const runner = spawn(process.execPath, [...flags, ...(named.length > 0 ? named : all())], {
  cwd: root,
  stdio: ['ignore', 'inherit', 'inherit'],
});
runner.on('exit', code => {
  process.exitCode = code ?? 1;
});
