// `npm run test:every-node [FILE…]`: the tests on this Node and on the other versions that are supported, which npm brings as
// packages of one binary each. Ends with a line for each version, and with 1 when one of them failed.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { root } from './ensure.js';

const VERSIONS = ['20', '22', '24'];

const folder = mkdtempSync(join(tmpdir(), 'nost-node-'));
chmodSync(folder, 0o755); // some tests start nost as another user
const results = VERSIONS.map(version => {
  const bin = install(version);
  const { status } = run(join(bin, 'node'), ['.config/test.js', ...process.argv.slice(2)], root, {
    ...process.env,
    PATH: bin + delimiter + process.env['PATH'],
  });
  return { version: told(join(bin, 'node')), status };
});
rmSync(folder, { recursive: true });

for (const { version, status } of results)
  console.log(`Node ${version}: ${status === 0 ? 'passed' : 'failed'}`);
process.exitCode = results.every(({ status }) => status === 0) ? 0 : 1;

/**
 * The folder of the newest binary of a version; this Node's own when it is of that version.
 * @param {string} version
 */
function install(version) {
  if (process.versions.node.startsWith(`${version}.`)) return join(process.execPath, '..');
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const place = join(folder, version);
  const words = [
    'install',
    '--prefix',
    place,
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    `${name}@${version}`,
  ];
  const { status } = run('npm', words, folder, process.env);
  if (status !== 0) throw new Error(`no Node ${version}: npm ended with ${status}`);
  return join(place, 'node_modules', name, 'bin');
}

/**
 * @param {string} command
 * @param {string[]} words
 * @param {string} cwd
 * @param {NodeJS.ProcessEnv} env
 */
function run(command, words, cwd, env) {
  return spawnSync(command, words, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] });
}

/** @param {string} node */
function told(node) {
  return spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim().slice(1);
}
