// Makes a fresh clone ready: installs what package-lock.json names and builds what src/ has changed.
// Everything it says goes to stderr, so that a command's stdout stays its own.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Installs when the lock file is newer than what is installed. */
export function ensureInstalled() {
  if (timeOf('node_modules/.package-lock.json') >= timeOf('package-lock.json')) return;
  run('npm', ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
}

/** Builds when a source is newer than the program. */
export function ensureBuilt() {
  const sources = readdirSync(`${root}src`, { recursive: true }).map(name => `src/${name}`);
  const newest = Math.max(...[...sources, 'package.json', '.config/bundle.js'].map(timeOf));
  if (timeOf('dist/main.cjs') < newest) run(process.execPath, ['.config/build.js']);
}

/** @param {string} path */
function timeOf(path) {
  return existsSync(root + path) ? statSync(root + path).mtimeMs : 0;
}

/**
 * Runs to the end with stdout turned to stderr; a failure ends this program with its code.
 * @param {string} command
 * @param {string[]} args
 */
function run(command, args) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    env: ownEnvironment(),
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/** `npm install --global .` tells its scripts that all they install is global, too. */
function ownEnvironment() {
  const ofParent = /^npm_config_(?:global|location|omit|prefix|global_prefix|local_prefix)$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ofParent.test(name)));
}
