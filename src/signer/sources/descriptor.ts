// File descriptors as the source of a secret: parses one from the command line, and checks that the caller of the program
// opened it. Reads nothing from them.
import { constants, fstatSync, type Stats, writeSync } from 'node:fs';
import { SignerError, UsageError } from '../../errors.ts';

/**
 * The number given to `--sec-fd`. A value that is not a number is not quoted: it may be the key.
 * Throws `UsageError`.
 */
export function parseDescriptor(text: string): number {
  if (!/^\d{1,9}$/.test(text)) {
    throw new UsageError('--sec-fd: a file descriptor is a whole number from 0 up', {
      code: 'bad_descriptor',
    });
  }
  return Number(text);
}

/** The descriptor that a path stands for (`-`, `/dev/stdin`, `/dev/fd/63`), or undefined for a real file. */
export function descriptorOf(path: string): number | undefined {
  if (path === '-' || path === '/dev/stdin') return 0;
  const match = /^\/(?:dev|proc\/self)\/fd\/(\d{1,9})$/.exec(path);
  return match ? Number(match[1]) : undefined;
}

/**
 * Checks that the caller of the program opened `fd`. Call it before the program opens anything itself: later the
 * number may belong to a socket of a relay.
 * Throws `UsageError` for a descriptor that cannot be read, `SignerError` for one that is not open.
 */
export function checkDescriptor(fd: number, name: string): Stats {
  if (!Number.isInteger(fd) || fd < 0 || fd > 0x7fffffff) {
    throw new UsageError(`${name}: a file descriptor is a whole number from 0 up`, {
      code: 'bad_descriptor',
    });
  }
  if (fd === 1 || fd === 2) {
    throw new UsageError(`${name}: descriptors 1 and 2 are the output, not a source`, {
      code: 'bad_descriptor',
      hint: 'Open another one for the key: --sec-fd 3 3<key.txt',
    });
  }
  const stats = statOf(fd);
  if (!stats || isOurs(fd, stats)) {
    throw new SignerError(`${name} is not open`, {
      code: 'descriptor_not_open',
      hint: `Open it in the shell: ${fd}<key.txt`,
    });
  }
  return stats;
}

/**
 * Whether Node opened `fd` for itself. Node uses low numbers for polls and event counters, which have no file type,
 * and for pipes with both ends in this process. Reading such a pipe would never end, and closing it would break the
 * event loop.
 */
function isOurs(fd: number, stats: Stats): boolean {
  return (stats.mode & constants.S_IFMT) === 0 || (stats.isFIFO() && fd > 2 && holdsBothEnds(stats));
}

/** A second *reading* end belongs to the caller: bash leaves one at 63 for `3< <(pass show nostr)`. */
function holdsBothEnds({ dev, ino }: Stats): boolean {
  for (let fd = 3; fd < 256; fd++) {
    const stats = statOf(fd);
    if (stats?.isFIFO() && stats.dev === dev && stats.ino === ino && isWritable(fd)) return true;
  }
  return false;
}

/** Writing zero bytes has no effect, but fails on a reading end. */
function isWritable(fd: number): boolean {
  try {
    writeSync(fd, new Uint8Array(0));
    return true;
  } catch {
    return false;
  }
}

function statOf(fd: number): Stats | undefined {
  try {
    return fstatSync(fd);
  } catch {
    return undefined;
  }
}

/** Whether it is read to its end, with no owner or mode to check. */
export function isStream(stats: Stats): boolean {
  return stats.isFIFO() || stats.isSocket();
}
