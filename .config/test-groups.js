// Which test files share a process. A process takes a fifth of a second to start and to load what most of them load:
// for three hundred small files that is more than all their tests take.
import { readFileSync } from 'node:fs';
import { root } from './ensure.js';

/** In these folders a test needs nothing but its own objects; those of the others start processes and load the machine. */
const SMALL = /^test\/(?:unit|property|vectors)\//;

/** A file that changes or measures the whole process has one of its own. */
const OWN_PROCESS =
  /process\.(?:chdir|umask|cpuUsage|memoryUsage|env\[.*\] = )|Object\.assign\(globalThis|longestTurn|^(?:before|after)Each\(/m;

const GROUPS = 8;

/**
 * The files that run together, for each process: most files alone, the small ones in a few groups of neighbours.
 * @param {readonly string[]} files
 */
export function inGroups(files) {
  const small = files.filter(
    file => SMALL.test(file) && !OWN_PROCESS.test(readFileSync(root + file, 'utf8')),
  );
  const together = new Set(small);
  const size = Math.ceil(small.length / GROUPS);
  const groups = Array.from({ length: GROUPS }, (_, i) => small.slice(size * i, size * (i + 1)));
  return [...files.filter(file => !together.has(file)).map(file => [file]), ...groups];
}
