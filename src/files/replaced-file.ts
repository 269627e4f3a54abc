// A file that is written as a whole, again and again: whoever reads it, whenever we are killed, finds one whole text.
import { randomBytes } from 'node:crypto';
import { type FileHandle, lstat, open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Writes `text` to `path` by way of a new file beside it, which only the owner can read. `isDurable`: it outlives a loss of
 * power. Rejects with an error of the system, or where `path` is no regular file.
 */
export async function replaceFile(
  path: string,
  text: string | Uint8Array,
  isDurable: boolean,
): Promise<void> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats && !stats.isFile()) throw new Error('it is no regular file');
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await writeDraft(draft, text, isDurable);
    await rename(draft, path);
  } catch (error) {
    await unlink(draft).catch(() => {});
    throw error;
  }
  if (isDurable) await syncFolder(dirname(path));
}

async function writeDraft(draft: string, text: string | Uint8Array, isDurable: boolean): Promise<void> {
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(text);
    if (isDurable) await file.sync();
  } finally {
    await file.close();
  }
}

/** A new name in a folder is durable only after the folder is synced. */
async function syncFolder(folder: string): Promise<void> {
  const handle: FileHandle | undefined = await open(folder, 'r').catch(() => undefined); // Windows cannot open a folder
  await handle?.sync().finally(() => handle.close());
}
