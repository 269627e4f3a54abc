// A file that a flag names, read whole.
import { readFile } from 'node:fs/promises';
import { IoError } from '../errors.ts';
import { quote } from '../protocol/quote.ts';

/** Its bytes. Throws `IoError`, which names the flag and the file. */
export async function readNamedFile(flag: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const why = `cannot read ${quote(path)}: ${(error as Error).message}`;
    throw new IoError(`${flag}: ${why}`, { cause: error });
  }
}
