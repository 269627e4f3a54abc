// Keeps what V8 made of the program for the next start. Loaded only at a start that has something new to keep.
const {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} = require('node:fs');
const { dirname, join } = require('node:path');

/** Caches of other versions and installations that are kept beside a new one, of one to two megabytes each. */
const OTHERS_KEPT = 20;

/**
 * Writes a cache file whole, or not at all. Never throws: without it the next start is as slow as this one.
 * @param {string} path
 * @param {Buffer} bytes See `parse` in load.js.
 * @param {(stats: import('node:fs').Stats) => boolean} isOwn
 */
function keepCache(path, bytes, isOwn) {
  const folder = dirname(path);
  try {
    makeFolder(folder);
    const stats = statSync(folder);
    if (!stats.isDirectory() || !isOwn(stats)) return;
    replace(path, bytes);
    removeOthers(folder, path);
  } catch {
    // no room, no permission, or something else in its place
  }
}

/**
 * Writes a file beside the old one and puts it in its place. A disk that is full keeps nothing of it.
 * @param {string} path
 * @param {Buffer} bytes
 */
function replace(path, bytes) {
  const part = join(dirname(path), `${process.pid}-${process.hrtime.bigint()}.part`);
  const file = openSync(part, 'wx', 0o600);
  try {
    writeFileSync(file, bytes);
    renameSync(part, path);
  } catch (error) {
    unlinkSync(part);
    throw error;
  } finally {
    closeSync(file);
  }
}

/**
 * Makes a folder and, where it is missing, the one above it; no more: the user has a home.
 * @param {string} path
 */
function makeFolder(path) {
  for (const folder of [dirname(path), path]) {
    try {
      mkdirSync(folder, { mode: 0o700 });
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
  }
}

/**
 * Removes the oldest that earlier versions and other installations have left. Those of this one stay, whichever command
 * they are of: each start would make anew what the last one has removed.
 * @param {string} folder
 * @param {string} current
 */
function removeOthers(folder, current) {
  const [ending = ''] = /-[0-9a-f]{32}-[^/\\]*$/.exec(current) ?? [];
  const others = readdirSync(folder)
    .filter(name => /\.(part|cache)$/.test(name) && !name.endsWith(ending))
    .map(name => ({ path: join(folder, name), time: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.time - a.time);
  for (const { path } of others.slice(OTHERS_KEPT)) unlinkSync(path);
}

module.exports = { keepCache };
