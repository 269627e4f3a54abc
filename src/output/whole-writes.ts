// A stream on a file whose writes are whole. Node writes once to a file that is stdout: where the disk takes only a part of
// that, the rest is lost, and no error says so.
import { writeSync } from 'node:fs';
import type { Writable } from 'node:stream';

/** The same stream. Only the one that Node makes for a file has a descriptor and no handle. */
export function writingWhole<T extends Writable>(stream: T): T {
  const { fd, _handle: handle } = stream as { fd?: number; _handle?: unknown };
  if (fd === undefined || handle) return stream;
  stream._write = (chunk: Buffer, _encoding, done) => done(failureOf(fd, chunk));
  return stream;
}

function failureOf(fd: number, bytes: Uint8Array): Error | null {
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    return null;
  } catch (error) {
    return error as Error;
  }
}
