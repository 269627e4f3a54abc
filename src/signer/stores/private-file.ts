// Private files of the user. They are written completely or not at all, in folders that only the user can open, and
// read only when no other user can have changed them.
import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { constants, type FileHandle, link, lstat, open, readdir, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { IoError, SignerError } from '../../errors.ts';
import { whyNot } from '../../files/named-path.ts';
import { makeFolder as makeParents } from '../../folders.ts';
import { quote } from '../../protocol/quote.ts';

/** How a finished file gets its name: only when the name is free, or by replacing what has the name. */
export type Placing = 'new' | 'replace';

/**
 * Writes `text` to `path`: a file of mode 0600 in a folder of mode 0700. Whenever the program is killed, the file is
 * complete or does not exist. A symbolic link is replaced, never followed.
 * Throws `IoError`, with code `file_exists` when the file must be new and exists.
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

/** Removes a file durably. A missing file is not an error. */
export async function removePrivate(path: string): Promise<void> {
  try {
    await unlink(path);
    await syncFolder(dirname(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw writeError(path, error as Error);
  }
}

/** Creates the folder. Refuses one that is a link, belongs to another user, or is open to others. */
async function makeFolder(folder: string, userId: number | undefined): Promise<void> {
  makeParents(folder);
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
  await link(draft, path); // unlike rename, it fails when the name is taken
  await unlink(draft);
}

/** A new name in a folder is durable only after the folder is synced. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY).catch(() => undefined); // Windows cannot open a folder
  await handle?.sync().finally(() => handle.close());
}

const ABANDONED_MS = 10 * 60_000;

/** Removes drafts of programs that were killed. A draft that is still being written is about as new as ours. */
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
  return new IoError(`cannot write ${quote(path, 200)}: ${whyNot(error)}`, {
    code: 'key_file',
    cause: error,
  });
}

/** No file of this program is larger. */
const MAX_BYTES = 64 * 1024;

/**
 * The text of a public file that only its owner (or root) can have written; undefined when there is none.
 * Throws `SignerError`, code `config_permissions`, when other users may change the file or its folder.
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
  if (userId === undefined || stats.isSymbolicLink()) return; // for a link, its target is checked
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
  return new SignerError(`cannot read ${quote(path, 200)}: ${whyNot(error)}`, {
    code: 'config_unreadable',
    cause: error,
  });
}
