// `npm test [FILE…]`: from a fresh clone to the test runner's own summary.
import { spawn } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { ensureBuilt, ensureInstalled, root } from './ensure.js';
import { inGroups } from './test-groups.js';

ensureInstalled();
ensureBuilt();

/** They take longest: begun last, one of them would run alone at the end, on one processor. */
const FIRST = [
  'test/e2e/scripts-r-to-z.test.ts',
  'test/e2e/scripts-a-to-m.test.ts',
  'test/e2e/scripts-n-to-q.test.ts',
  'test/e2e/serve-attacks.test.ts',
  'test/e2e/sync.test.ts',
  'test/e2e/keychain.test.ts',
  'test/e2e/key-store.test.ts',
  'test/e2e/readme.test.ts',
  'test/e2e/record-replay.test.ts',
  'test/e2e/relay-scenarios.test.ts',
  'test/e2e/unread-stderr.test.ts',
  'test/e2e/key-terminal.test.ts',
  'test/e2e/relay-test/mutations-nip01.test.ts',
  'test/e2e/relay-test/mutations-more.test.ts',
  'test/e2e/library.test.ts',
  'test/e2e/relay-test/manners.test.ts',
  'test/e2e/typed-secrets.test.ts',
  'test/e2e/real-events.test.ts',
  'test/e2e/store-killed.test.ts',
];

const named = process.argv.slice(2);
const all = () => {
  const found = readdirSync(`${root}test`, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.test.ts'))
    .sort()
    .map(name => `test/${name}`);
  return [...new Set([...FIRST, ...found])];
};

/** A file that takes longer hangs, and fails instead of holding up all the others. */
const TEN_MINUTES = 600_000;

const flags = [
  '--enable-source-maps', // a failure is told with its line in the source
  '--test',
  '--test-reporter=spec',
  '--test-concurrency=4', // on two processors: at any time half of the files wait for a clock or another process
  `--test-timeout=${TEN_MINUTES}`,
];
const { bundleTests, newFolder } = await import('./test-bundle.js');
const groups = named.length > 0 ? named.map(file => [file]) : inGroups(all());
const folder = newFolder();
process.on('exit', () => rmSync(root + folder, { recursive: true, force: true }));
const files = await bundleTests(groups, folder).catch(() => process.exit(1)); // it has said why

// Each Node would read these certificates at its start; the tests ask only relays of their own.
const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
// It starts thousands of times, as it does for a user: with what an earlier start has kept.
env['XDG_CACHE_HOME'] = `${root}${folder}/cache`;
const runner = spawn(process.execPath, [...flags, ...files], {
  cwd: root,
  env,
  stdio: ['ignore', 'inherit', 'inherit'],
});
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.on(signal, () => runner.kill(signal)); // and then ends with it
runner.on('exit', code => {
  process.exitCode = code ?? 1;
});
