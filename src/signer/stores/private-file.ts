// Files that are the user's alone: written whole or not at all, into folders nobody else can enter, and read only
// when nobody else can have changed them (contract §5, §6).
import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import {
  constants,
  type FileHandle,
  link,
  lstat,
  mkdir,
  open,
  readdir,
  rename,
  unlink,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { IoError, SignerError } from '../../errors.ts';
import { quote } from '../../protocol/quote.ts';

/** How a file is put in its place: only when nothing is there, or instead of what is. */
export type Placing = 'new' | 'replace';

/**
 * Writes `text` to `path`: a file of mode 0600 in a folder of mode 0700. It is complete under its name or not there
 * at all, whenever the program is killed. A symbolic link is replaced, never followed.
 * Throws `IoError`, with code `file_exists` when it is to be new and is not.
 */
export async function writePrivate(
  path: string,
  text: string,
  placing: Placing,
  userId: number | undefined,
): Promise<void> {
  const folder = dirname(path);
  const draft = join(folder, `.${randomBytes(12).toString('hex')}.tmp`);
  try {
    await makeFolder(folder, userId);
    await writeDraft(draft, text);
    await sweep(folder, draft);
    await place(draft, path, placing);
    await syncFolder(folder);
  } catch (error) {
    await unlink(draft).catch(() => {});
    throw writeError(path, error as NodeJS.ErrnoException);
  }
}

/** Removes a file and makes its absence last. One that is not there is no error. */
export async function removePrivate(path: string): Promise<void> {
  try {
    await unlink(path);
    await syncFolder(dirname(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw writeError(path, error as Error);
  }
}

/** Makes the folder, and refuses one that is a link, another user's, or open to others. */
async function makeFolder(folder: string, userId: number | undefined): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const stats = await lstat(folder);
  if (!stats.isDirectory()) throw new Error(`${quote(folder, 200)} is no folder of its own, but a link`);
  if (userId === undefined) return;
  if (stats.uid !== userId) throw new Error(`${quote(folder, 200)} belongs to another user`);
  if ((stats.mode & 0o022) !== 0) {
    throw new Error(`others may write into ${quote(folder, 200)}: chmod 700 makes it private`);
  }
}

async function writeDraft(draft: string, text: string): Promise<void> {
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function place(draft: string, path: string, placing: Placing): Promise<void> {
  if (placing === 'replace') return rename(draft, path);
  await link(draft, path); // unlike rename, it fails when something is there
  await unlink(draft);
}

/** A new name in a folder lasts only once the folder is synced. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY).catch(() => undefined); // Windows opens no folders
  await handle?.sync().finally(() => handle.close());
}

const ABANDONED_MS = 10 * 60_000;

/** Drafts of programs that were killed; one still being written is about as old as ours. */
async function sweep(folder: string, ours: string): Promise<void> {
  const { mtimeMs: now } = await lstat(ours);
  for (const name of await readdir(folder)) {
    if (!/^\.[0-9a-f]{24}\.tmp$/.test(name)) continue;
    const draft = join(folder, name);
    const stats = await lstat(draft).catch(() => undefined);
    if (stats && now - stats.mtimeMs > ABANDONED_MS) await unlink(draft).catch(() => {});
  }
}

function writeError(path: string, error: NodeJS.ErrnoException): IoError {
  if (error.code === 'EEXIST') {
    return new IoError(`${quote(path, 200)} is there already`, { code: 'file_exists', cause: error });
  }
  return new IoError(`cannot write ${quote(path, 200)}: ${error.message}`, {
    code: 'key_file',
    cause: error,
  });
}

/** No file of ours is larger. */
const MAX_BYTES = 64 * 1024;

/**
 * The text of a public file that only its owner (or root) may have written; undefined when there is none.
 * Throws `SignerError`, code `config_permissions`, when others may change it or the folder it lies in.
 */
export async function readGuarded(path: string, userId: number | undefined): Promise<string | undefined> {
  let file: FileHandle;
  try {
    checkGuarded(await lstat(dirname(path)), dirname(path), userId);
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error instanceof SignerError ? error : readError(path, error as Error);
  }
  try {
    const stats = await file.stat();
    checkGuarded(stats, path, userId);
    if (!stats.isFile() || stats.size > MAX_BYTES) throw readError(path, new Error('it is no file of ours'));
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

function checkGuarded(stats: Stats, path: string, userId: number | undefined): void {
  if (userId === undefined || stats.isSymbolicLink()) return; // of a link what it leads to is looked at
  const foreign = stats.uid !== userId && stats.uid !== 0;
  if (!foreign && (stats.mode & 0o022) === 0) return;
  throw new SignerError(
    foreign ? `${quote(path, 200)} belongs to another user` : `others may write ${quote(path, 200)}`,
    {
      code: 'config_permissions',
      hint: 'It says which keys sign and which programs are run for them. Make it yours alone: chmod go-w, chown.',
    },
  );
}

function readError(path: string, error: Error): SignerError {
  return new SignerError(`cannot read ${quote(path, 200)}: ${error.message}`, {
    code: 'config_unreadable',
    cause: error,
  });
}
