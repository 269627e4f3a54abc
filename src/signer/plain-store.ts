// Keys as plain text in files of the user's own: only by --store plain --insecure.
import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { IoError } from '../errors.ts';
import { quote } from '../protocol/quote.ts';

/** `$XDG_DATA_HOME/nost/keys` (contract §5). */
export function keyFolder(env: Readonly<Record<string, string | undefined>>): string {
  const data = env['XDG_DATA_HOME'] || join(env['HOME'] ?? '.', '.local', 'share');
  return join(data, 'nost', 'keys');
}

/** Writes a new key file, mode 0600 in a folder 0700, never over another, and returns its path. Throws `IoError`. */
export async function writePlainKey(folder: string, npub: string, nsec: string): Promise<string> {
  const path = join(folder, `${npub}.nsec`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeNew(path, `${nsec}\n`);
    await sync(dirname(path));
  } catch (error) {
    throw new IoError(`cannot keep the key in ${quote(path, 200)}: ${(error as Error).message}`, {
      code: 'key_file',
      cause: error,
    });
  }
  return path;
}

async function writeNew(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A new name in a folder lasts only once the folder is synced. */
async function sync(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}
