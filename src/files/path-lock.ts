// Keeps two programs of ours from writing into one file. The lock is a local socket that is named after the file: the
// system takes it back when its program ends, however that ends, so none can remain. It binds nobody else, and it is not
// seen from another container or machine.
import { createHash } from 'node:crypto';
import { realpath, stat, unlink } from 'node:fs/promises';
import { createConnection, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

export interface PathLock {
  release(): Promise<void>;
}

/** Another program has the file. */
export class PathInUse extends Error {
  /** Its process, where it says that in time. */
  readonly pid: string | undefined;

  constructor(pid: string | undefined) {
    super(pid === undefined ? 'another nost writes into it' : `another nost (process ${pid}) writes into it`);
    this.name = 'PathInUse';
    this.pid = pid;
  }
}

/** Milliseconds in which whoever has the lock is to say who it is. */
const ANSWER_MS = 500;

/**
 * Takes the lock of a file, which need not be there, but its folder. Where the system gives no such socket there is no lock:
 * it is a help, and no reason to stop. Rejects with `PathInUse`, or an error of the system about the folder.
 */
export async function lockPath(path: string): Promise<PathLock | undefined> {
  const address = addressOf(await keyOf(path));
  try {
    return heldBy(await listen(address));
  } catch (error) {
    if (!isInUse(error)) return undefined;
  }
  const pid = await ask(address);
  if (pid !== 'nobody') throw new PathInUse(pid);
  await unlink(address).catch(() => {}); // a socket file that its program left behind
  try {
    return heldBy(await listen(address));
  } catch (error) {
    if (isInUse(error)) throw new PathInUse(undefined);
    return undefined;
  }
}

/** One file, whatever path leads to it: the folder as the system knows it, and the name in it. */
async function keyOf(path: string): Promise<string> {
  const real = await realpath(path).catch(() => resolve(path));
  const { dev, ino } = await stat(dirname(real), { bigint: true });
  return createHash('sha256')
    .update(`${dev}:${ino}/${basename(real)}`)
    .digest('hex')
    .slice(0, 32);
}

/** Linux and Windows have names that are no files; elsewhere there is a file, which can remain, but without its listener. */
function addressOf(key: string): string {
  if (process.platform === 'linux') return `\0nost-${key}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\nost-${key}` : join(tmpdir(), `nost-${key}`);
}

function listen(address: string): Promise<Server> {
  const server = createServer(socket => socket.on('error', () => {}).end(`${process.pid}`));
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(address, () => resolve(server.unref()));
  });
}

function heldBy(server: Server): PathLock {
  server.on('error', () => {});
  return { release: () => new Promise(resolve => server.close(() => resolve())) };
}

function isInUse(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
}

/** The process that listens; undefined when it does not say, `nobody` when there is none. */
function ask(address: string): Promise<string | undefined> {
  return new Promise(resolve => {
    let text = '';
    const socket = createConnection(address);
    const end = (answer: string | undefined) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(ANSWER_MS, () => end(undefined));
    socket.on('data', part => {
      text += part.toString('latin1');
      if (text.length > 20) end(undefined);
    });
    socket.on('end', () => end(/^\d+$/.test(text) ? text : undefined));
    socket.on('error', ({ code }: NodeJS.ErrnoException) => {
      end(code === 'ECONNREFUSED' || code === 'ENOENT' ? 'nobody' : undefined);
    });
  });
}
