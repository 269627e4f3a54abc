// Keeps two mirrors from one state file: a file beside it names the process that has it. What a process left that has
// ended, however it ended, is taken over.
import { randomBytes } from 'node:crypto';
import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { IoError } from '../../errors.ts';
import { isRunning, ownerName } from '../../files/owner.ts';
import { quote } from '../../protocol/quote.ts';

/** Attempts against others who want it, too, or end meanwhile. */
const ATTEMPTS = 5;

/** Takes the lock of a state file; the returned function gives it back. Rejects with `IoError`, code `state_in_use`. */
export async function lockState(path: string): Promise<() => Promise<void>> {
  const lock = `${path}.lock`;
  const draft = `${lock}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, ownerName(), { mode: 0o600, flag: 'wx' });
  try {
    for (let i = 0; i < ATTEMPTS; i++) {
      if (await isLinked(draft, lock)) return () => release(lock);
      const owner = await readFile(lock, 'utf8').catch(() => '');
      if (isRunning(owner)) throw inUse(path, owner);
      await clear(lock, owner);
    }
    throw inUse(path, '');
  } finally {
    await unlink(draft);
  }
}

/** Unlike a rename this fails where the name is taken. */
async function isLinked(draft: string, lock: string): Promise<boolean> {
  try {
    await link(draft, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the lock of a process that has ended. Another may have done so and taken it meanwhile: then it is put back. */
async function clear(lock: string, owner: string): Promise<void> {
  const aside = `${lock}.${randomBytes(6).toString('hex')}`;
  try {
    await rename(lock, aside);
  } catch {
    return; // it is gone
  }
  if ((await readFile(aside, 'utf8')) !== owner) await link(aside, lock).catch(() => {});
  await unlink(aside);
}

async function release(lock: string): Promise<void> {
  const owner = await readFile(lock, 'utf8').catch(() => '');
  if (owner === ownerName()) await unlink(lock).catch(() => {});
}

function inUse(path: string, owner: string): IoError {
  const who = owner === '' ? 'another mirror' : `another mirror (process ${owner.split(' ')[0]})`;
  return new IoError(`--state: ${who} has ${quote(path, 200)}`, {
    code: 'state_in_use',
    hint: 'End that one first, or name another file.',
  });
}
