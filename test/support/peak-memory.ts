// How much memory a process had at most, which it says itself as the last line of its stderr.

/**
 * A flag of Node for that. Node gives up what a full pipe does not take at the exit: here it is offered until somebody has
 * read.
 */
export const MEASURED = `--import=data:text/javascript,${encodeURIComponent(`
  import { writeSync } from 'node:fs';
  process.on('exit', () => {
    let line = Buffer.from('\\nmaxRSS=' + process.resourceUsage().maxRSS + '\\n');
    while (line.length > 0)
      try {
        line = line.subarray(writeSync(2, line));
      } catch (error) {
        if (error.code !== 'EAGAIN') throw error;
      }
  });
`)}`;

/** In KiB, from what such a process wrote to stderr. */
export function peakIn(stderr: string): number {
  return Number(/^maxRSS=(\d+)$/m.exec(stderr)?.[1]);
}
