// How many connections a relay may hold: no more than it has descriptors for, with some left for what else it opens. The
// system ends what comes beyond its own limit without a word.
import { readFileSync } from 'node:fs';
import { MAX_CONNECTIONS } from '../limits.ts';

/** For the store, the log, a policy program that is started again, management. */
const KEPT_FREE = 64;

/**
 * The connections there may be, by the limits that the system tells (the text of `/proc/self/limits`).
 * @example
 * connectionsWithin('Max open files            256                  256                  files') // → 192
 * connectionsWithin('Max open files            unlimited            unlimited            files') // → 5000
 */
export function connectionsWithin(limits: string): number {
  const [, files] = /^Max open files\s+(\d+)/m.exec(limits) ?? [];
  return files === undefined
    ? MAX_CONNECTIONS
    : Math.max(1, Math.min(MAX_CONNECTIONS, Number(files) - KEPT_FREE));
}

/** The same for this process; without such a file (it is Linux's) the highest number there is. */
export function connectionsOfProcess(): number {
  try {
    return connectionsWithin(readFileSync('/proc/self/limits', 'utf8'));
  } catch {
    return MAX_CONNECTIONS;
  }
}
