// A clone that is installed but not built: `npm install --global .` links it, and npm may block scripts. Its first start
// builds it. What is said goes to stderr.
const { spawnSync } = require('node:child_process');
const {
  accessSync,
  constants,
  existsSync,
  linkSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} = require('node:fs');
const { join, resolve } = require('node:path');

const ROOT = resolve(__dirname, '..');
const PROGRAM = join(ROOT, 'dist/main.cjs');
const PREPARE = join(ROOT, '.config/prepare.js');

/** Holds the process id of the start that builds; others wait for it. */
const LOCK = join(ROOT, '.building');

/** No build takes longer. */
const LOCK_MS = 5 * 60_000;

/** Builds the program, or ends this process with plain words why not. */
function build() {
  const problem = tryToBuild();
  if (problem === undefined) return;
  process.stderr.write(`nost: ${problem}\n`);
  process.exit(7);
}

/** What went wrong, or undefined. */
function tryToBuild() {
  try {
    return problemOfBuilding();
  } catch (error) {
    return `building failed: ${/** @type {Error} */ (error).message}\n  ${byHand()}`;
  }
}

function problemOfBuilding() {
  if (!existsSync(PREPARE))
    return `this installation is not whole: ${PROGRAM} is missing\n  Install nost again.`;
  if (!isWritable(ROOT)) return `nost is not built yet, and you may not write to ${ROOT}\n  ${byHand()}`;
  if (!lock()) return undefined;
  process.stderr.write('nost: this is the first start: building, which takes a minute at most\n');
  const { status, stderr, error } = spawnSync(process.execPath, [PREPARE], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  rmSync(LOCK, { force: true });
  if (status === 0 && existsSync(PROGRAM)) return undefined;
  return `building failed:\n${lastLines(stderr || String(error))}\n  ${byHand()}`;
}

function byHand() {
  return `Run as its owner: cd ${ROOT} && npm run build`;
}

/** Whether this start is the one that builds; otherwise another one has built meanwhile. */
function lock() {
  while (!existsSync(PROGRAM)) {
    try {
      writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
      return true;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
    const holder = abandonedBy();
    if (holder !== undefined) remove(holder);
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
  return false;
}

/** What the lock says, if the start that holds it was killed. */
function abandonedBy() {
  try {
    const holder = readFileSync(LOCK, 'utf8');
    if (Date.now() - statSync(LOCK).mtimeMs > LOCK_MS) return holder;
    return isRunning(Number(holder) || process.pid) ? undefined : holder;
  } catch {
    return undefined; // it is gone
  }
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH';
  }
}

/**
 * Removes the lock that was left behind. Others do the same at this moment, and one of them may hold a new one already:
 * that is put back.
 * @param {string} holder
 */
function remove(holder) {
  const aside = `${LOCK}-${process.pid}`;
  try {
    renameSync(LOCK, aside);
    if (readFileSync(aside, 'utf8') !== holder) linkSync(aside, LOCK);
  } catch {
    // another was faster
  }
  rmSync(aside, { force: true });
}

/** @param {string} folder */
function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * What a program said last, without its stack.
 * @param {string} text
 */
function lastLines(text) {
  const lines = text.split('\n').filter(line => line.trim() !== '' && !/^ +at /.test(line));
  return lines
    .slice(-8)
    .map(line => `  ${line}`)
    .join('\n');
}

module.exports = { build };
