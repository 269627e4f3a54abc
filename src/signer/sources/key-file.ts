// Reads the text of a secret from a file, a pipe or an open descriptor, with limits of size and time, and only when a
// file is private. Does not interpret the text. Messages name the source, never its content.
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync, type Stats } from 'node:fs';
import { Socket } from 'node:net';
import { sep } from 'node:path';
import { encodingFault } from '../../encoding.ts';
import { SignerError } from '../../errors.ts';
import type { FailureCode } from '../../failure-codes.ts';
import { quote } from '../../protocol/quote.ts';
import { checkDescriptor, descriptorOf, isStream } from './descriptor.ts';

/** An ncryptsec is 162 characters, a bunker:// address a few hundred. */
export const MAX_SECRET_BYTES = 4096;

export interface ReadRules {
  /** A file must belong to this user or to root; undefined on a system without user ids and modes. */
  userId: number | undefined;
  /** Folders whose files may be readable by others, because a service manager protects the folder. */
  trustedFolders: readonly string[];
  /** Milliseconds that a pipe may take. */
  patience: number;
  signal?: AbortSignal | undefined;
  /** For a passphrase: removes only the line ending, not the spaces. */
  keepSpaces?: boolean | undefined;
  /** For a seed phrase: it may be broken into lines. */
  manyLines?: boolean | undefined;
  /** What to do instead where a device, or nothing, stands there: how the command lets it be typed. */
  instead?: string | undefined;
}

/**
 * The one line in the file at `path`, trimmed. A path such as `/dev/fd/63` (`<(pass show nostr)`) is read as
 * that descriptor; a FIFO waits for its writer.
 * Throws `SignerError`, code `key_file_…`.
 */
export async function readKeyFile(path: string, name: string, rules: ReadRules): Promise<string> {
  const inherited = descriptorOf(path);
  if (inherited !== undefined) return readKeyDescriptor(inherited, name, rules);
  const fd = openKeyFile(path, name);
  return readOpen(fd, name, rules, { path, isTrusted: isTrusted(path, rules.trustedFolders) });
}

/** Without O_NONBLOCK, opening a FIFO waits for its writer in a thread that cannot be stopped. */
function openKeyFile(path: string, name: string): number {
  try {
    return openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw fileError('missing', `${name}: there is no such file`);
    throw fileError('unreadable', `${name} cannot be opened (${code})`);
  }
}

/**
 * The one line that an inherited descriptor delivers, trimmed. The descriptor is closed afterwards.
 * Throws what `checkDescriptor` throws, and `SignerError`, code `key_file_…`.
 */
export async function readKeyDescriptor(fd: number, name: string, rules: ReadRules): Promise<string> {
  const stats = checkDescriptor(fd, name);
  if (!stats.isFile() && !isStream(stats)) throw wrongKind(stats, name, rules); // not closed, because it may belong to Node
  return readOpen(fd, name, rules, { path: undefined, isTrusted: false });
}

/** Where an open file is, if it was opened by a path. */
interface Place {
  path: string | undefined;
  isTrusted: boolean;
}

async function readOpen(fd: number, name: string, rules: ReadRules, place: Place): Promise<string> {
  const stats = fstatSync(fd);
  if (isStream(stats)) return oneLine(await readStream(fd, name, rules), name, rules);
  try {
    checkFile(stats, name, rules, place);
    return oneLine(readFile(fd, name), name, rules);
  } finally {
    if (fd > 2) closeSync(fd);
  }
}

function checkFile(stats: Stats, name: string, rules: ReadRules, place: Place): void {
  const { userId } = rules;
  if (!stats.isFile()) throw wrongKind(stats, name, rules);
  if (stats.size > MAX_SECRET_BYTES) throw tooLong(name);
  if (userId === undefined) return;
  if (stats.uid !== userId && stats.uid !== 0) {
    throw fileError('owner', `${name} belongs to another user`, 'Keep the key in a file of your own.');
  }
  if ((stats.mode & 0o077) !== 0 && !place.isTrusted) {
    const mode = (stats.mode & 0o777).toString(8).padStart(4, '0');
    throw fileError(
      'permissions',
      `${name} can be read or changed by others (mode ${mode})`,
      `Make it private: chmod 600 ${pasted(place.path)}`,
    );
  }
}

/** The path where it needs no quotes and is no secret that was given in its place. */
function pasted(path: string | undefined): string {
  const isPlain = path !== undefined && /^[\w./][\w./-]*$/.test(path) && quote(path, 4096) === `"${path}"`;
  return isPlain ? path : 'FILE';
}

function wrongKind(stats: Stats, name: string, { instead }: Pick<ReadRules, 'instead'>): SignerError {
  if (stats.isDirectory()) return fileError('kind', `${name} is a folder`);
  return fileError('kind', `${name} is a device`, instead);
}

/** Symbolic links are resolved first: a link that leaves a trusted folder leads to a file that is not trusted. */
function isTrusted(path: string, folders: readonly string[]): boolean {
  const file = realPath(path);
  if (file === undefined) return false;
  return folders.some(folder => {
    const root = realPath(folder);
    return root !== undefined && file.startsWith(root.endsWith(sep) ? root : root + sep);
  });
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** The size of the inode is only a first check: a file may grow, and files in /proc report a size of 0. */
function readFile(fd: number, name: string): Buffer {
  const buffer = Buffer.alloc(MAX_SECRET_BYTES + 1);
  let length = 0;
  for (;;) {
    const read = readAt(fd, buffer, length, name);
    length += read;
    if (length > MAX_SECRET_BYTES) {
      buffer.fill(0);
      throw tooLong(name);
    }
    if (read === 0) return buffer.subarray(0, length);
  }
}

function readAt(fd: number, buffer: Buffer, at: number, name: string): number {
  try {
    return readSync(fd, buffer, at, buffer.length - at, null);
  } catch (error) {
    buffer.fill(0);
    throw fileError('unreadable', `${name} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** Reads a pipe to its end with the event loop, so that a silent writer blocks neither the program nor its exit. */
function readStream(fd: number, name: string, { patience, signal }: ReadRules): Promise<Buffer> {
  const { promise, resolve, reject } = withResolvers<Buffer>();
  const buffer = Buffer.alloc(MAX_SECRET_BYTES);
  let length = 0;
  const socket = openStream(fd, name);
  const timer = setTimeout(() => fail(tooSlow(name, patience)), patience);
  const onAbort = () => fail(fileError('aborted', `${name} was given up`));

  const finish = () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    socket.destroy();
  };
  const fail = (error: SignerError) => {
    buffer.fill(0);
    finish();
    reject(error);
  };

  socket.on('data', (chunk: Buffer) => {
    const fits = length + chunk.length <= MAX_SECRET_BYTES;
    if (fits) length += chunk.copy(buffer, length);
    chunk.fill(0);
    if (!fits) fail(tooLong(name));
  });
  socket.on('end', () => {
    finish();
    resolve(buffer.subarray(0, length));
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    fail(fileError('unreadable', `${name} cannot be read (${error.code})`));
  });
  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort);
  return promise;
}

function openStream(fd: number, name: string): Socket {
  try {
    return new Socket({ fd, readable: true, writable: false });
  } catch (error) {
    throw fileError('unreadable', `${name} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

function withResolvers<T>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((res, rej) => {
    resolve = res;
    reject = rej;
  });
  return { promise, resolve, reject };
}

/** Trims the text, or removes only the line ending; removes a byte order mark; zeroes the bytes. */
export function oneLine(
  buffer: Buffer,
  name: string,
  {
    keepSpaces = false,
    manyLines = false,
    instead,
  }: Pick<ReadRules, 'keepSpaces' | 'manyLines' | 'instead'> = {},
): string {
  const whole = buffer.toString('utf8');
  const fault = encodingFault(buffer);
  buffer.fill(0);
  if (fault !== undefined) throw fileError('unreadable', `${name} is ${fault}`);
  const text = keepSpaces ? whole.replace(/^\ufeff/, '').replace(/\r?\n$/, '') : whole.trim();
  if (text === '') throw fileError('empty', `${name} is empty`, instead);
  if (/[\r\n]/.test(text) && !manyLines) throw fileError('lines', `${name} holds more than one line`);
  return text;
}

function tooLong(name: string): SignerError {
  return fileError('too_large', `${name} holds more than ${MAX_SECRET_BYTES} bytes: that is no key`);
}

function tooSlow(name: string, patience: number): SignerError {
  return fileError('timeout', `${name} did not deliver a key within ${patience / 1000} s`);
}

/** The codes of failures that are about a key file, without their common beginning. */
type KeyFileCode = FailureCode extends infer C ? (C extends `key_file_${infer Rest}` ? Rest : never) : never;

function fileError(code: KeyFileCode, message: string, hint?: string): SignerError {
  return new SignerError(message, { code: `key_file_${code}`, hint });
}

/** How messages name a path. */
export function nameOfFile(origin: string, path: string): string {
  return `${origin} ${quote(path)}`;
}
