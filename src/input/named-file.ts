// What the user names, read: whole and up to a size, or as a stream. Whatever it is (a FIFO nobody writes to, a device
// without an end, a folder), a signal or --timeout ends the wait, and the error names the flag, the path and the reason.
import { createReadStream } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { isatty, ReadStream } from 'node:tty';
import { Failure, IoError } from '../errors.ts';
import type { CodeOf } from '../failure-codes.ts';
import { GatheredBytes } from '../files/gathered-bytes.ts';
import { type OpenPath, openToRead, whyNot } from '../files/named-path.ts';
import { quote } from '../protocol/quote.ts';

/** How much is read, and for how long. */
export interface ReadLimits {
  /** Bytes; what is larger is refused. */
  most: number;
  /** Ends the wait; a reason that is a `Failure` is what the reading then rejects with. */
  signal: AbortSignal;
  /** The code of a failure; `io` when it has none of its own. */
  code?: CodeOf<'io'>;
}

/** The bytes of the file that a flag, or a word of the line, names. Rejects with `IoError`, or the failure that ended the wait. */
export async function readNamedFile(
  flag: string | undefined,
  path: string,
  limits: ReadLimits,
): Promise<Buffer> {
  try {
    return await readWhole(streamOf(await openToRead(path)), limits);
  } catch (error) {
    throw unreadable(originOf(flag), path, error, limits.code);
  }
}

/** The bytes of a file as a stream; `flag` is what named it. Rejects with `IoError`, or the failure that ended the wait. */
export async function openNamedFile(path: string, signal: AbortSignal, flag?: string): Promise<Readable> {
  try {
    return endWith(streamOf(await openToRead(path)), signal);
  } catch (error) {
    throw unreadable(originOf(flag), path, error);
  }
}

/** The same for stdin. */
export async function readStdin(
  flag: string | undefined,
  stdin: Readable,
  limits: ReadLimits,
): Promise<Buffer> {
  try {
    return await readWhole(stdin, limits);
  } catch (error) {
    throw unreadable(originOf(flag), undefined, error, limits.code);
  }
}

async function readWhole(source: Readable, { most, signal }: ReadLimits): Promise<Buffer> {
  endWith(source, signal);
  const bytes = new GatheredBytes();
  for await (const chunk of source) {
    bytes.add(chunk);
    if (bytes.size > most) throw new Error(`it is larger than ${most / 2 ** 20} MiB`);
  }
  return bytes.take();
}

function streamOf({ fd, stats }: OpenPath): Readable {
  if (stats.isFIFO()) return new Socket({ fd, readable: true, writable: false });
  return isatty(fd) ? new ReadStream(fd) : createReadStream('', { fd });
}

/** The stream ends when the signal aborts: it fails with the reason. */
function endWith(source: Readable, signal: AbortSignal): Readable {
  const end = () => source.destroy(signal.reason instanceof Error ? signal.reason : new Error('interrupted'));
  if (signal.aborted) end();
  signal.addEventListener('abort', end);
  return source.on('error', () => {}).on('close', () => signal.removeEventListener('abort', end)); // told to whoever reads
}

function originOf(flag: string | undefined): string {
  return flag === undefined ? '' : `${flag}: `;
}

/** `path` is undefined for stdin. */
function unreadable(
  origin: string,
  path: string | undefined,
  error: unknown,
  code: CodeOf<'io'> = 'io',
): Failure {
  const name = path === undefined ? 'stdin' : quote(path);
  if (error instanceof Failure)
    return new Failure(error.kind, `${origin}${error.message} while reading ${name}`, { code: error.code });
  return new IoError(`${origin}cannot read ${name}: ${whyNot(error)}`, { code, cause: error });
}
