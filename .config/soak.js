// `npm run soak [FILE…]`: the long versions of what `npm test` runs small and seeded: fuzzing, kill loops, load.
// NOST_SOAK multiplies the runs of the property tests (50 when it is not set).
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { ensureBuilt, ensureInstalled, root } from './ensure.js';

ensureInstalled();
ensureBuilt();

const named = process.argv.slice(2);
/**
 * @param {string} folder
 * @param {string} ending
 */
const filesOf = (folder, ending) =>
  readdirSync(`${root}test/${folder}`)
    .filter(name => name.endsWith(ending))
    .sort()
    .map(name => `test/${folder}/${name}`);
const ALL = [
  ...filesOf('soak', '.soak.ts'),
  ...filesOf('property', '.test.ts'),
  'test/e2e/keychain.test.ts',
  'test/unit/verify/engine.test.ts',
  'test/vectors/nip01.test.ts',
];
const files = named.length > 0 ? named : ALL;

const runner = spawn(
  process.execPath,
  ['--import', 'tsx', '--test', '--test-reporter=spec', '--test-concurrency=1', ...files],
  {
    cwd: root,
    env: { ...process.env, NOST_SOAK: process.env.NOST_SOAK ?? '50' },
    stdio: ['ignore', 'inherit', 'inherit'],
  },
);
runner.on('exit', code => {
  process.exitCode = code ?? 1;
});
