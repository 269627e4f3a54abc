// Which test files share a process. A process takes a fifth of a second to start and to load what most of them load:
// for three hundred small files that is more than all their tests take.
import { readFileSync } from 'node:fs';
import { root } from './ensure.js';

/** In these folders a test needs nothing but its own objects; those of the others start processes and load the machine. */
const SMALL = /^test\/(?:unit|property|vectors)\//;

/** A file that changes or measures the whole process has one of its own. */
const OWN_PROCESS =
  /process\.(?:chdir|umask|cpuUsage|memoryUsage|env\[.*\] = )|Object\.assign\(globalThis|longestTurn|syncBuiltinESMExports|^(?:before|after)Each\(/m;

/** It leaves databases open, which programs that a later test starts would find. */
const DATABASES = /\/support\/stores\.ts'/;

const GROUPS = 8;

/**
 * The files that run together, for each process: most files alone, the small ones in a few groups of neighbours.
 * @param {readonly string[]} files
 */
export function inGroups(files) {
  const texts = new Map(files.map(file => [file, readFileSync(root + file, 'utf8')]));
  /** @param {RegExp} pattern */
  const having = pattern => new Set(files.filter(file => pattern.test(texts.get(file) ?? '')));
  const [own, databases] = [having(OWN_PROCESS), having(DATABASES)];
  const small = files.filter(file => SMALL.test(file) && !own.has(file));
  const neighbours = small.filter(file => !databases.has(file));
  const size = Math.ceil(neighbours.length / GROUPS);
  const groups = Array.from({ length: GROUPS }, (_, i) => neighbours.slice(size * i, size * (i + 1)));
  const together = new Set(small);
  const alone = files.filter(file => !together.has(file)).map(file => [file]);
  return [...alone, ...groups, small.filter(file => databases.has(file))];
}
