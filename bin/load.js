// Loads the built program without parsing it, where an earlier start left what V8 made of it in the user's cache folder.
// That file can be missing, stale, damaged or somebody else's at any time: then it is not used, and no fault.
const { closeSync, constants, fstatSync, openSync, readFileSync, readSync } = require('node:fs');
const { createRequire } = require('node:module');
const { dirname, isAbsolute, join } = require('node:path');
const { getHeapCodeStatistics } = require('node:v8');
const { Script } = require('node:vm');

const PROGRAM = join(__dirname, '../dist/main.cjs');

/** The first line of the program, which the build wrote: `// ` and 32 digits. */
const HASH_AT = 3;
const HASH_END = 35;

/** Stands before the data: with how much code was compiled. A multiple of 8 bytes: V8 copies data that lies elsewhere. */
const HEAD_BYTES = 32;

/** @param {number} compiled In bytes. */
const headOf = compiled => Buffer.from(`nost start cache of ${String(compiled).padStart(11)}\n`);

/** Less than a sixteenth more is not worth its writing. */
const IS_MORE = 17 / 16;

/** A larger file is not ours. */
const MAX_BYTES = 32 * 1024 * 1024;

/** A command's name. Any other first word stands for what needs no command: --version, --help. */
const COMMAND = /^[a-z][a-z0-9-]{0,30}$/;

/**
 * The program's exports, and what is to be called when it has run: that keeps what V8 has compiled until then, when it is
 * more than an earlier start has kept. (The first one may have been for help.)
 * @param {string | undefined} command The first word of the command line.
 */
function load(command) {
  const source = readProgram();
  const name = command !== undefined && COMMAND.test(command) ? command : 'none';
  const path = cachePath(source.slice(HASH_AT, HASH_END), name);
  const cached = path === undefined ? undefined : readCache(path);
  const script = scriptOf(source, cached?.data);
  const known = cached !== undefined && !script.cachedDataRejected ? cached.compiled : 0;
  const keep = () => {
    if (path === undefined) return;
    if (process.exitCode) return; // it failed or was interrupted: not all of it has run
    const { bytecode_and_metadata_size: compiled } = getHeapCodeStatistics();
    if (compiled <= known * IS_MORE) return;
    const data = script.createCachedData();
    require('./keep-cache.js').keepCache(path, Buffer.concat([headOf(compiled), data, data]), isOwn);
  };
  return { program: evaluate(script), keep };
}

/** Its text, which is ASCII: what UTF-8 would take longer to read. A clone may not be built yet. */
function readProgram() {
  try {
    return readFileSync(PROGRAM, 'latin1');
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOENT') throw error;
    require('./first-start.js').build();
    return readFileSync(PROGRAM, 'latin1');
  }
}

/**
 * Where the cache of the program with that hash lies, or undefined where there is no folder for it. A path that is not
 * absolute is ignored, as the specification of these variables wants. Each command has its own: V8 reads all of it.
 * @param {string} hash
 * @param {string} command
 */
function cachePath(hash, command) {
  const { XDG_CACHE_HOME: cache, HOME: home } = process.env;
  const base =
    cache && isAbsolute(cache) ? cache : home && isAbsolute(home) ? join(home, '.cache') : undefined;
  const { version, platform, arch } = process;
  return base && join(base, 'nost', `${command}-${hash}-${version}-${platform}-${arch}-${place()}.cache`);
}

/** Stands for the folder of this installation, which the compiled code names in stacks: another one has its own. */
function place() {
  let sum = 0;
  for (let i = 0; i < PROGRAM.length; i++) sum = Math.imul(sum ^ PROGRAM.charCodeAt(i), 0x01000193);
  return (sum >>> 0).toString(36);
}

/**
 * What an earlier start kept; undefined when there is nothing good.
 * @param {string} path
 */
function readCache(path) {
  try {
    return parse(readOwn(path));
  } catch {
    return undefined;
  }
}

/**
 * A regular file of the user's own; nothing else is opened for long: no link is followed, no pipe waited for.
 * @param {string} path
 */
function readOwn(path) {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile() || !isOwn(stats) || stats.size > MAX_BYTES) throw new Error('not ours');
    const bytes = Buffer.allocUnsafeSlow(stats.size);
    return bytes.subarray(0, readSync(file, bytes, 0, stats.size, 0));
  } finally {
    closeSync(file);
  }
}

/**
 * Whether it is the user's own, and no other user may write it.
 * @param {import('node:fs').Stats} stats
 */
function isOwn({ uid, mode }) {
  return process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
}

/**
 * The data stands there twice: V8 crashes on damaged data, and comparing is faster than any checksum.
 * @param {Buffer} bytes
 */
function parse(bytes) {
  const middle = (HEAD_BYTES + bytes.length) / 2;
  const data = bytes.subarray(HEAD_BYTES, middle);
  const compiled = Number(
    /^nost start cache of +(\d+)\n$/.exec(bytes.toString('latin1', 0, HEAD_BYTES))?.[1],
  );
  const isWhole = compiled > 0 && data.equals(bytes.subarray(middle));
  return isWhole && data.length > 0 ? { data, compiled } : undefined;
}

/**
 * The program as a script, whose value is a function; V8 takes `cachedData` only when it was made of a source of this length by this V8.
 * @param {string} source
 * @param {Buffer | undefined} cachedData
 */
function scriptOf(source, cachedData) {
  return new Script(source, { filename: PROGRAM, cachedData });
}

/**
 * Evaluates it as Node would evaluate a CommonJS module, and gives its exports.
 * @param {Script} script
 */
function evaluate(script) {
  const module = { exports: /** @type {any} */ ({}) };
  script.runInThisContext()(module.exports, createRequire(PROGRAM), module, PROGRAM, dirname(PROGRAM));
  return module.exports;
}

module.exports = { load };
